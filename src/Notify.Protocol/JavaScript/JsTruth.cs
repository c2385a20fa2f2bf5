using System.Runtime.InteropServices;
using System.Text.Json;

namespace Notify.Protocol.JavaScript;

/// <summary>Applies JavaScript's truthiness to JSON values. The original server uses it to decide whether a parameter is present.</summary>
public static class JsTruth
{
    /// <summary>
    /// Returns false for <c>""</c>, 0 (including -0 and numbers too small for a double), false, null and a missing value; true for any
    /// other value.
    /// </summary>
    public static bool IsTruthy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonMarshal.GetRawUtf8Value(value).Length > 2,
        JsonValueKind.Number => IsTruthyNumber(JsonMarshal.GetRawUtf8Value(value)),
        JsonValueKind.True or JsonValueKind.Array or JsonValueKind.Object => true,
        _ => false,
    };

    /// <summary>Returns whether a JSON number differs from zero after its conversion to a double.</summary>
    internal static bool IsTruthyNumber(ReadOnlySpan<byte> json) => JsNumber.Parse(json) != 0;
}
