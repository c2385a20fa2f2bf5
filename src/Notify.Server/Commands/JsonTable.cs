using System.Text.Json;

namespace Notify.Server.Commands;

/// <summary>Prints objects as a table for people: a line of headers, and a line for each object.</summary>
internal static class JsonTable
{
    private const string Gap = "  ";

    /// <summary>Prints a table.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="items">The objects.</param>
    /// <param name="columns">The header and the member of each column.</param>
    public static void Print(TextWriter output, IEnumerable<JsonElement> items, params (string Header, string Member)[] columns)
    {
        var rows = items
            .Select(item => columns.Select(column => TextOf(item, column.Member)).ToArray())
            .Prepend(columns.Select(static column => column.Header.ToUpperInvariant()).ToArray())
            .ToList();
        var widths = columns.Select((_, index) => rows.Max(row => row[index].Length)).ToArray();
        foreach (var row in rows)
        {
            output.WriteLine(string.Join(Gap, row.Select((text, index) => text.PadRight(widths[index]))).TrimEnd());
        }
    }

    /// <summary>Returns the objects of a list in an answer; none when it has no such list.</summary>
    public static IReadOnlyList<JsonElement> ItemsOf(JsonElement answer, string member) =>
        answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray()]
        : answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(member, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray()]
            : [];

    /// <summary>Returns a member as text: <c>-</c> for none, and lists and objects on one line.</summary>
    public static string TextOf(JsonElement item, string member) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(member, out var value) ? TerminalText.Of(TextOf(value)) : "-";

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null or JsonValueKind.Undefined => "-",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "-" : string.Join(' ', value.EnumerateArray().Select(TextOf)),
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject().Select(static each => $"{each.Name}={TextOf(each.Value)}")),
        _ => value.GetRawText(),
    };
}
