using System.CommandLine;
using System.Text.Json;

namespace Notify.Server.Commands;

/// <summary>Implements <c>trail ID</c>.</summary>
internal static class TrailCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var id = new Argument<string>("ID") { Description = "The id of the publish, as send and history print it." };
        var json = JsonOption.Create();
        var server = new ServerArguments();
        var command = new Command("trail", "Prints what became of a notification. Written to a connection does not mean seen.")
        {
            id, json,
        };
        server.AddTo(command);
        return command.Does(async (parsed, cancellation) =>
        {
            using var api = server.Open(parsed);
            var answer = await api.GetAsync("notification", [("id", parsed.GetRequiredValue(id))], cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(answer.GetRawText());
            }
            else
            {
                Print(answer);
            }

            return await ApiAnswer.FinishAsync(answer);
        });
    }

    private static void Print(JsonElement answer)
    {
        foreach (var member in answer.EnumerateObject().Where(static each => each.Name != "silent"))
        {
            if (JsonTable.ItemsOf(answer, member.Name) is { Count: > 0 } items
                && items.All(static each => each.ValueKind == JsonValueKind.Object))
            {
                var columns = items
                    .SelectMany(static item => item.EnumerateObject())
                    .Select(static each => each.Name)
                    .Distinct(StringComparer.Ordinal);
                Console.WriteLine($"{TerminalText.Of(member.Name)}:");
                JsonTable.Print(Console.Out, items, [.. columns.Select(static name => (name, name))]);
            }
            else
            {
                Console.WriteLine($"{TerminalText.Of(member.Name)}: {JsonTable.TextOf(answer, member.Name)}");
            }
        }
    }
}
