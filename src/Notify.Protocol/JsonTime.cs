using System.Globalization;
using System.Text.Json;

namespace Notify.Protocol;

/// <summary>Writes points in time as JSON, in the form of JavaScript's <c>toISOString</c>.</summary>
public static class JsonTime
{
    private const int Length = 24;

    /// <summary>Writes a property such as <c>"at":"2026-01-31T23:59:59.040Z"</c>, always with three digits of a fraction.</summary>
    public static void WriteTime(this Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(json);
        Span<byte> text = stackalloc byte[Length];
        at.UtcDateTime.TryFormat(text, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString(name, text);
    }
}
