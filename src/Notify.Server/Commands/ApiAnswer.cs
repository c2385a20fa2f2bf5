using System.Text.Json;

namespace Notify.Server.Commands;

/// <summary>Decides the exit code of a command by the nodes that did not answer.</summary>
internal static class ApiAnswer
{
    /// <summary>Names the nodes that did not answer, and returns the exit code.</summary>
    public static async Task<int> FinishAsync(JsonElement answer)
    {
        var silent = JsonTable.ItemsOf(answer, "silent");
        if (answer.ValueKind == JsonValueKind.Array || silent.Count == 0)
        {
            return ExitCodes.Done;
        }

        var names = string.Join(", ", silent.Select(static each => TerminalText.Of(each.ToString())));
        await Console.Error.WriteLineAsync($"These nodes did not answer: {names}");
        return ExitCodes.Partly;
    }
}
