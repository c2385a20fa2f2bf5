using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace Notify.Server.Commands;

/// <summary>Implements <c>migrate-check URL</c>.</summary>
internal static class MigrateCheckCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var original = new Argument<Uri>("URL")
        {
            Description = "The address of the running socket.io-notify, for example http://localhost:8080.",
            CustomParser = ReadUrl,
        };
        var json = new Option<bool>("--json") { Description = "Prints JSON for programs." };
        var server = new ServerArguments();
        var command = new Command(
            "migrate-check",
            "Asks a running socket.io-notify and a running Notify the same, and compares their answers. Both have the same "
                + "NOTIFICATION_KEY and NOTIFICATION_SECRET. It publishes only to channels of its own.")
        {
            original, json,
        };
        server.AddTo(command);
        return command.Does(async (parsed, cancellation) =>
        {
            var (key, secret) = (ServerArguments.Key(), server.Secret(parsed));
            using var first = new MigrateTarget(parsed.GetRequiredValue(original), key, secret);
            using var second = new MigrateTarget(server.Url(parsed), key, secret);
            await ProveAsync(first, cancellation);
            var results = new List<(string Row, string Original, string Notify)>();
            foreach (var row in MigrateRows.All)
            {
                results.Add((row.Name, await row.AskAsync(first, cancellation), await row.AskAsync(second, cancellation)));
            }

            Print(results, parsed.GetValue(json), first.Url, second.Url);
            return results.All(static each => each.Original == each.Notify) ? ExitCodes.Done : ExitCodes.Failed;
        });
    }

    // With a wrong secret or key both servers refuse everything, and every row would be the same.
    private static async Task ProveAsync(MigrateTarget original, CancellationToken cancellation)
    {
        var answer = await MigrateRows.Proof.AskAsync(original, cancellation);
        if (answer != MigrateRows.ProofAnswer)
        {
            throw new CommandException(
                $"{original.Url} does not accept this secret or key ({TerminalText.Of(answer)}), so nothing can be compared. "
                    + "Set NOTIFICATION_SECRET and NOTIFICATION_KEY to those of both servers.");
        }
    }

    private static void Print(List<(string Row, string Original, string Notify)> results, bool isJson, Uri original, Uri notify)
    {
        if (isJson)
        {
            Console.WriteLine(new JsonArray([.. results.Select(static each => new JsonObject
            {
                ["row"] = each.Row,
                ["same"] = each.Original == each.Notify,
                ["original"] = each.Original,
                ["notify"] = each.Notify,
            })]).ToJsonString());
            return;
        }

        var width = results.Max(static each => each.Row.Length);
        foreach (var (row, first, second) in results)
        {
            Console.WriteLine(TerminalText.Of(first == second
                ? $"same       {row.PadRight(width)}  {first}"
                : $"DIFFERENT  {row.PadRight(width)}  original: {first}  Notify: {second}"));
        }

        var different = results.Count(static each => each.Original != each.Notify);
        Console.WriteLine($"{results.Count - different} of {results.Count} rows are the same; original {original}, Notify {notify}");
    }

    private static Uri? ReadUrl(ArgumentResult result)
    {
        var url = ServerArguments.TryUrl(result.Tokens[0].Value);
        if (url is null)
        {
            result.AddError($"URL {result.Tokens[0].Value}: must be an address; for example http://localhost:8080");
        }

        return url;
    }
}
