using System.Runtime.InteropServices;
using System.Text.Json;

namespace Notify.Protocol.JavaScript;

/// <summary>JavaScript's truthiness for JSON values: what the original counts as a present parameter.</summary>
public static class JsTruth
{
    /// <summary>False for <c>""</c>, 0 (also -0 and what is too small for a double), false, null and no value; true for all else.</summary>
    public static bool IsTruthy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonMarshal.GetRawUtf8Value(value).Length > 2,
        JsonValueKind.Number => IsTruthyNumber(JsonMarshal.GetRawUtf8Value(value)),
        JsonValueKind.True or JsonValueKind.Array or JsonValueKind.Object => true,
        _ => false,
    };

    /// <summary>Whether a JSON number is other than zero once it is a double.</summary>
    internal static bool IsTruthyNumber(ReadOnlySpan<byte> json) => JsNumber.Parse(json) != 0;
}
