using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Notify.Protocol.JavaScript;

/// <summary>JavaScript's <c>String(value)</c> for JSON values: how any value becomes a channel's name.</summary>
public static class JsString
{
    /// <summary>What every object is called.</summary>
    internal const string Object = "[object Object]";

    // Of what was parsed before: its own reader's limit was the bound.
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>
    /// The string that JavaScript makes of <paramref name="value"/>: 5 and 5.0 are <c>5</c>, null is <c>null</c>, an array is its
    /// elements joined with commas (null elements empty), an object is <c>[object Object]</c>, no value is <c>undefined</c>.
    /// Lone surrogates become U+FFFD.
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
    /// As <see cref="From(JsonElement)"/>, of the value that <paramref name="reader"/> stands at; it then stands at the value's end. No
    /// tree is built: that of the platform costs as many steps for each token as the token is deep.
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

    // Arrays in arrays are joined by commas as well, so the result is that of one flat list.
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
