using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Notify.Protocol.JavaScript;

/// <summary>
/// Converts JSON values to text as JavaScript's <c>String(value)</c> does. Any value of a request becomes a channel's name this way.
/// </summary>
public static class JsString
{
    /// <summary>The text of every object.</summary>
    internal const string Object = "[object Object]";

    // The value has been parsed before, with that reader's depth limit.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>
    /// Returns JavaScript's string for <paramref name="value"/>: 5 and 5.0 are <c>5</c>, null is <c>null</c>, an array is its elements
    /// joined with commas (null elements are empty), an object is <c>[object Object]</c>, a missing value is <c>undefined</c>. Lone
    /// surrogates become U+FFFD.
    /// </summary>
    public static string From(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return JsonStringText.Decode(JsonMarshal.GetRawUtf8Value(value)[1..^1]);
            case JsonValueKind.Number:
                return JsNumber.Format(JsNumber.Parse(JsonMarshal.GetRawUtf8Value(value)));
            case JsonValueKind.True:
                return "true";
            case JsonValueKind.False:
                return "false";
            case JsonValueKind.Null:
                return "null";
            case JsonValueKind.Array:
                var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value), AnyDepth);
                reader.Read();
                return From(ref reader);
            case JsonValueKind.Object:
                return Object;
            default:
                return "undefined";
        }
    }

    /// <summary>
    /// Converts the value at <paramref name="reader"/> as <see cref="From(JsonElement)"/> does, and moves the reader to the end of the
    /// value. It builds no tree, because the platform's tree costs as many steps for each token as the token is deep.
    /// </summary>
    internal static string From(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray:
                return Join(ref reader);
            case JsonTokenType.Null:
                return "null";
            default:
                return Single(ref reader);
        }
    }

    // Nested arrays are joined by commas as well, so the result is that of one flat list.
    private static string Join(ref Utf8JsonReader reader)
    {
        var text = new StringBuilder();
        var depth = reader.CurrentDepth;
        var isFirst = true;
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndArray || reader.CurrentDepth != depth))
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                isFirst = false;
                continue;
            }

            if (!isFirst)
            {
                text.Append(',');
            }

            isFirst = reader.TokenType == JsonTokenType.StartArray;
            if (!isFirst && reader.TokenType != JsonTokenType.Null)
            {
                text.Append(Single(ref reader));
            }
        }

        return text.ToString();
    }

    private static string Single(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return JsonStringText.Decode(reader.ValueSpan);
            case JsonTokenType.Number:
                return JsNumber.Format(JsNumber.Parse(reader.ValueSpan));
            case JsonTokenType.True:
                return "true";
            case JsonTokenType.False:
                return "false";
            default:
                reader.Skip();
                return Object;
        }
    }
}
