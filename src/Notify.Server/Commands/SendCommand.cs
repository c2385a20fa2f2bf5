using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json;
using Notify.Client;

namespace Notify.Server.Commands;

/// <summary>Implements <c>send CHANNEL…</c>.</summary>
internal static class SendCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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
            var options = new NotifyClientOptions
            {
                Address = server.Url(parsed),
                Secret = server.Secret(parsed),
                SendTimeout = Patience,
            };
            var text = parsed.GetValue(json) ?? await Console.In.ReadToEndAsync(cancellation);
            Check(text);
            foreach (var result in await SendAsync(
                new NotifySender(http, options), parsed.GetRequiredValue(channels), text, parsed.GetValue(key), cancellation))
            {
                var position = result.Position is { } at ? $" {at.Epoch} {at.Offset}" : "";
                Console.WriteLine($"{TerminalText.Of(result.Channel)} {result.Id}{position}");
            }

            return ExitCodes.Done;
        });
    }

    private static async Task<IReadOnlyList<PublishResult>> SendAsync(
        NotifySender sender, string[] channels, string text, string? key, CancellationToken cancellation)
    {
        try
        {
            return await sender.SendJsonAsync(channels, Encoding.UTF8.GetBytes(text), key, cancellation);
        }
        catch (NotifySendException exception)
        {
            var advice = exception.StatusCode switch
            {
                null => " Start the server, or set NOTIFY_URL or --url to its address.",
                HttpStatusCode.Unauthorized => " Set NOTIFICATION_SECRET, or write --secret-file FILE.",
                _ when exception.MayBeStored => $" Send it again with --key {exception.IdempotencyKey}, so that it arrives once.",
                _ => "",
            };
            throw new CommandException(TerminalText.Of(exception.Message) + "." + advice, inner: exception);
        }
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
