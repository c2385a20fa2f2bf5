using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Notify.Protocol.JavaScript;

/// <summary>JavaScript's <c>String(value)</c> for JSON values: how any value becomes a channel's name.</summary>
public static class JsString
{
    /// <summary>What every object is called.</summary>
    internal const string Object = "[object Object]";

    /// <summary>
    /// The string that JavaScript makes of <paramref name="value"/>: 5 and 5.0 are <c>5</c>, null is <c>null</c>, an array is its
    /// elements joined with commas (null elements empty), an object is <c>[object Object]</c>, no value is <c>undefined</c>.
    /// Lone surrogates become U+FFFD. Recurses as deep as arrays nest: the depth limit of the document's reader is the bound.
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
                var text = new StringBuilder();
                Join(value, text);
                return text.ToString();
            case JsonValueKind.Object:
                return Object;
            default:
                return "undefined";
        }
    }

    private static void Join(JsonElement array, StringBuilder text)
    {
        var first = true;
        foreach (var element in array.EnumerateArray())
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            if (element.ValueKind == JsonValueKind.Array)
            {
                Join(element, text);
            }
            else if (element.ValueKind != JsonValueKind.Null)
            {
                text.Append(From(element));
            }
        }
    }
}
