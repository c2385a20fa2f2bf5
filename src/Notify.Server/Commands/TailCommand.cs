using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Notify.Client;

namespace Notify.Server.Commands;

/// <summary>Implements <c>tail [CHANNEL]</c>: what is published, as it happens.</summary>
internal static class TailCommand
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var channel = new Argument<string?>("CHANNEL") { Description = "The channel; by default all.", Arity = ArgumentArity.ZeroOrOne };
        var user = new Option<string?>("--user") { Description = "Also says when it is delivered to connections of this user." };
        var client = new Option<bool>("--as-client")
        {
            Description = "Listens to CHANNEL as a client does, with NOTIFICATION_KEY.",
        };
        var token = ServerArguments.TokenFile();
        var json = new Option<bool>("--json") { Description = "Prints a line of JSON for each event." };
        var server = new ServerArguments();
        var command = new Command("tail", "Prints what is published, until it is interrupted.") { channel, user, client, token, json };
        server.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(client) && result.GetValue(channel) is null)
            {
                result.AddError("--as-client: name the channel; a client listens to channels by name.");
            }
        });
        return command.Does(async (parsed, cancellation) =>
        {
            var name = parsed.GetValue(channel);
            if (parsed.GetValue(client))
            {
                await ListenAsync(server.Url(parsed), name!, parsed.GetValue(token), parsed.GetValue(json), cancellation);
                return ExitCodes.Done;
            }

            using var api = server.Open(parsed);
            await FollowAsync(api, [("channel", name), ("user", parsed.GetValue(user))], parsed.GetValue(json), cancellation);
            return ExitCodes.Done;
        });
    }

    private static async Task ListenAsync(Uri url, string channel, FileInfo? token, bool isJson, CancellationToken cancellation)
    {
        // A file that cannot be read is no reason to connect again.
        ServerArguments.ReadToken(token);
        var listener = new NotifyListener(new NotifyClientOptions
        {
            Address = url,
            Key = ServerArguments.Key(),
            GetToken = _ => ValueTask.FromResult(ServerArguments.ReadToken(token)),
        });
        var subscription = new NotifySubscription(channel)
        {
            OnStatus = static status => Console.Error.WriteLine(status.State switch
            {
                ListenState.Listening => "listening",
                ListenState.Waiting => $"{TerminalText.Of(status.Reason)}; connecting again",
                _ => "connecting",
            }),
            OnHistoryLost = static (lost, _) =>
            {
                Console.Error.WriteLine($"missed notifications of {TerminalText.Of(lost.Channel)} that are no longer stored");
                return ValueTask.CompletedTask;
            },
        };
        await foreach (var each in listener.ListenAsync(subscription, cancellation))
        {
            Console.WriteLine(isJson
                ? $"{{\"channel\":{Quote(each.Channel)},\"offset\":{each.Position?.Offset ?? 0},"
                    + $"\"id\":{Quote(each.Id)},\"data\":{each.Data.GetRawText()}}}"
                : TerminalText.Of($"{each.At:HH:mm:ss.fff}  {each.Channel}  {each.Position?.Offset}  {each.Id}  {each.Data.GetRawText()}"));
        }
    }

    private static async Task FollowAsync(
        ApiConnection api, (string Name, object? Value)[] query, bool isJson, CancellationToken cancellation)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                using var response = await api.TryOpenAsync("tail", query, cancellation) ?? throw new CommandException(
                    "This server has no /api/tail, because it is of an earlier version. "
                        + "Write --as-client to listen to a channel as a client.");
                await Console.Error.WriteLineAsync("listening");
                await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
                await foreach (var each in SseParser.Create(stream).EnumerateAsync(cancellation))
                {
                    Console.WriteLine(isJson
                        ? $$"""{"event":{{Quote(each.EventType)}},"data":{{(each.Data.Length == 0 ? "null" : each.Data)}}}"""
                        : Describe(each.EventType, each.Data));
                }
            }
            catch (Exception exception) when (!isFirst && exception is CommandException && !cancellation.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync(exception.Message);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                await Console.Error.WriteLineAsync(exception.Message);
            }

            await Console.Error.WriteLineAsync("connecting again");
            await Task.Delay(ReconnectDelay, cancellation);
        }
    }

    private static string Describe(string type, string data)
    {
        try
        {
            using var parsed = JsonDocument.Parse(data);
            var root = parsed.RootElement;
            string Member(string name) => JsonTable.TextOf(root, name);
            return type switch
            {
                "published" => TerminalText.Of(
                    $"published  {Member("channel")}  {Member("offset")}  {Member("id")}  {Member("size")} B  {Member("secret")}  "
                    + (root.TryGetProperty("payload", out var payload) ? payload.ToString() : "")),
                "told" => $"told       {Member("id")}  {Member("node")}  {Member("sockets")} connections",
                _ => TerminalText.Of($"{type}  {data}"),
            };
        }
        catch (JsonException)
        {
            return TerminalText.Of($"{type}  {data}");
        }
    }

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
