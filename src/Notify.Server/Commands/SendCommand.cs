using System.CommandLine;
using System.Text;
using System.Text.Json;
using Notify.Client;

namespace Notify.Server.Commands;

/// <summary>Implements <c>send CHANNEL…</c>.</summary>
internal static class SendCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var channels = new Argument<string[]>("CHANNEL") { Description = "The channels.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<string?>("--json")
        {
            Description = "The notification, any JSON. Without it, it is read from the standard input.",
            HelpName = "TEXT",
        };
        var key = new Option<string?>("--key")
        {
            Description = "The idempotency key: for 24 hours the same key is the same send.",
            HelpName = "KEY",
        };
        var server = new ServerArguments();
        var command = new Command("send", "Publishes a notification to channels, and prints its position in each.") { channels, json, key };
        server.AddTo(command);
        return command.Does(async (parsed, cancellation) =>
        {
            using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            var sender = new NotifySender(
                http, new NotifyClientOptions { Address = server.Url(parsed), Secret = server.Secret(parsed) });
            var text = parsed.GetValue(json) ?? await Console.In.ReadToEndAsync(cancellation);
            Check(text);
            var results = await sender.SendJsonAsync(
                parsed.GetRequiredValue(channels), Encoding.UTF8.GetBytes(text), parsed.GetValue(key), cancellation);
            foreach (var result in results)
            {
                var position = result.Position is { } at ? $" {at.Epoch} {at.Offset}" : "";
                Console.WriteLine($"{TerminalText.Of(result.Channel)} {result.Id}{position}");
            }

            return ExitCodes.Done;
        });
    }

    private static void Check(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text, new() { MaxDepth = Protocol.Send.SendRequestParser.MaxJsonDepth });
        }
        catch (JsonException exception)
        {
            throw new CommandException(
                "The notification is no JSON: " + exception.Message + " Text needs quotes of JSON: --json '\"Hello\"'.",
                ExitCodes.Wrong,
                exception);
        }
    }
}
