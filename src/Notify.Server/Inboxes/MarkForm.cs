using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Notify.Server.Inboxes;

/// <summary>
/// Reads a form of a page without JavaScript as the JSON object that a script would send. Its fields are the members of one mark, and
/// <c>return</c>, the page that the browser shows next.
/// </summary>
internal static class MarkForm
{
    private const string Return = "return";
    private const int MaxFields = 2 + 100;

    private static readonly string[] Fields = ["as", "upTo", "epoch", "all", "ids", Return];

    /// <summary>Gets whether a request has a form.</summary>
    public static bool Is(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Reads a form. Returns a sentence about the first error; null when there is none.</summary>
    /// <param name="utf8">The body.</param>
    /// <param name="json">The mark as JSON.</param>
    /// <param name="next">The page that the browser shows next; null for none.</param>
    public static string? Read(ReadOnlySpan<byte> utf8, out ReadOnlyMemory<byte> json, out string? next)
    {
        (json, next) = (default, null);
        Dictionary<string, StringValues> fields;
        try
        {
            using var reader = new FormReader(Encoding.UTF8.GetString(utf8)) { ValueCountLimit = MaxFields };
            fields = reader.ReadForm();
        }
        catch (InvalidDataException exception)
        {
            return $"The form cannot be read: {exception.Message}";
        }

        foreach (var (name, values) in fields)
        {
            if (!Fields.Contains(name, StringComparer.Ordinal))
            {
                return $"{name} is not known; the fields are {string.Join(", ", Fields)}.";
            }

            if (values.Count != 1 && name != "ids")
            {
                return $"{name} is given {values.Count} times.";
            }
        }

        next = fields.TryGetValue(Return, out var given) ? given.ToString() : null;
        json = Write(fields);
        return null;
    }

    private static ReadOnlyMemory<byte> Write(Dictionary<string, StringValues> fields)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        foreach (var (name, values) in fields)
        {
            var text = values.ToString();
            switch (name)
            {
                case Return:
                    break;
                case "ids":
                    json.WriteStartArray(name);
                    foreach (var id in values)
                    {
                        json.WriteStringValue(id);
                    }

                    json.WriteEndArray();
                    break;
                case "upTo" when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset):
                    json.WriteNumber(name, offset);
                    break;
                case "all" when text == "true":
                    json.WriteBoolean(name, true);
                    break;
                default:
                    json.WriteString(name, text);
                    break;
            }
        }

        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }
}
