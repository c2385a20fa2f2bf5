using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Notify.Server.Telemetry;

/// <summary>Writes a log entry as one JSON object in ASCII: its parts, then its named values, then its exception.</summary>
internal static class JsonLogLine
{
    private const string Template = "{OriginalFormat}";
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private static readonly HashSet<string> Parts = new(StringComparer.Ordinal)
    {
        "time", "level", "category", "event", "message", "exception",
    };

    /// <summary>Writes an entry. The result has no line break.</summary>
    /// <param name="time">When it was logged.</param>
    /// <param name="level">Its level.</param>
    /// <param name="category">Its category.</param>
    /// <param name="name">The name of its event; null for none.</param>
    /// <param name="message">Its message.</param>
    /// <param name="values">Its named values; null for none.</param>
    /// <param name="exception">Its exception; null for none.</param>
    public static string Write(
        DateTimeOffset time,
        LogLevel level,
        string category,
        string? name,
        string message,
        IEnumerable<KeyValuePair<string, object?>>? values = null,
        Exception? exception = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("time", time.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture));
            json.WriteString("level", NameOf(level));
            json.WriteString("category", category);
            json.WriteString("event", name);
            json.WriteString("message", message);
            foreach (var (key, value) in values ?? [])
            {
                if (key != Template)
                {
                    Write(json, NameOf(key), value);
                }
            }

            if (exception is not null)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }

    // A value must not replace a part of the entry, which has the same name in the object.
    private static string NameOf(string key)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(key);
        return Parts.Contains(name) ? name + "Value" : name;
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "information",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int or long or short or byte or uint or ushort:
                json.WriteNumber(name, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case IEnumerable list and not string:
                json.WriteString(name, string.Join(", ", list.Cast<object?>()));
                break;
            default:
                json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
