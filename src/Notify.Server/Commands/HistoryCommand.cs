using System.CommandLine;
using System.Globalization;

namespace Notify.Server.Commands;

/// <summary>Implements <c>history CHANNEL</c>.</summary>
internal static class HistoryCommand
{
    private const int MaxLimit = 1000;

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel." };
        var since = new Option<string?>("--since")
        {
            Description = "Begins after this position, EPOCH:OFFSET as it is printed here, or with earliest. By default the newest.",
            HelpName = "POSITION",
        };
        var limit = new Option<int>("--limit") { Description = "At most so many, 1 to 1000.", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MaxLimit)
            {
                result.AddError($"--limit: must be 1 to {MaxLimit}.");
            }
        });
        since.Validators.Add(static result =>
        {
            if (!TryReadPosition(result.GetValueOrDefault<string?>(), out _, out _))
            {
                result.AddError("--since: must be earliest, or EPOCH:OFFSET; for example --since s8FDL5HNyg0:7");
            }
        });
        var json = JsonOption.Create();
        var server = new ServerArguments();
        var command = new Command("history", "Prints the stored notifications of a channel, oldest first.") { channel, since, limit, json };
        server.AddTo(command);
        return command.Does(async (parsed, cancellation) =>
        {
            TryReadPosition(parsed.GetValue(since), out var epoch, out var offset);
            using var api = server.Open(parsed);
            var answer = await api.GetAsync(
                "history",
                [("channel", parsed.GetRequiredValue(channel)), ("since", offset), ("epoch", epoch), ("limit", parsed.GetValue(limit))],
                cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(answer.GetRawText());
                return ExitCodes.Done;
            }

            var notifications = JsonTable.ItemsOf(answer, "notifications");
            foreach (var each in notifications)
            {
                var data = each.TryGetProperty("data", out var value) ? TerminalText.Of(value.GetRawText()) : "";
                var position = $"{JsonTable.TextOf(answer, "epoch")}:{JsonTable.TextOf(each, "offset")}";
                Console.WriteLine($"{position}  {JsonTable.TextOf(each, "at")}  {JsonTable.TextOf(each, "id")}  {data}");
            }

            if (offset is not null && JsonTable.TextOf(answer, "recovered") == "no")
            {
                var now = $"{JsonTable.TextOf(answer, "epoch")}:{JsonTable.TextOf(answer, "offset")}";
                await Console.Error.WriteLineAsync($"The position is too old. The channel is at {now}.");
                return ExitCodes.Failed;
            }

            return ExitCodes.Done;
        });
    }

    private static bool TryReadPosition(string? text, out string? epoch, out string? offset)
    {
        (epoch, offset) = (null, text);
        if (text is null or "earliest")
        {
            return true;
        }

        var at = text.LastIndexOf(':');
        (epoch, offset) = at < 1 ? (null, null) : (text[..at], text[(at + 1)..]);
        return long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
