using System.Globalization;
using System.Text;

namespace Notify.Protocol.JavaScript;

/// <summary>Reads and writes numbers as JavaScript does (IEEE 754 doubles, ECMA-262 <c>Number::toString</c>).</summary>
internal static class JsNumber
{
    /// <summary>
    /// Returns the double that JavaScript reads from a JSON number. A number that is too large is infinite; one that is too small is zero.
    /// </summary>
    public static double Parse(ReadOnlySpan<byte> json) => double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>
    /// Formats as JavaScript's <c>String(number)</c>: the shortest digits that read back, with an exponent from 1e21 up and below 1e-6.
    /// </summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "Infinity" : "-Infinity";
        }

        // Negative zero is written as "0".
        return value switch
        {
            0 => "0",
            < 0 => "-" + FormatPositive(-value),
            _ => FormatPositive(value),
        };
    }

    /// <summary>
    /// Parses a whole number from 0 up. It must be written exactly as <see cref="Format"/> writes it, because only then JavaScript
    /// libraries treat it as an array index.
    /// </summary>
    public static bool TryParseIndex(ReadOnlySpan<char> text, out double index)
    {
        index = -1;
        if (text.IsEmpty || text.Length > 21 || text.ContainsAnyExceptInRange('0', '9') || (text[0] == '0' && text.Length > 1))
        {
            return false;
        }

        var parsed = double.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
        if (text.Length > 15 && !text.SequenceEqual(Format(parsed)))
        {
            return false;
        }

        index = parsed;
        return true;
    }

    private static string FormatPositive(double value)
    {
        if (value < 1e15 && value == Math.Floor(value))
        {
            return ((long)value).ToString(CultureInfo.InvariantCulture);
        }

        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mark < 0 ? shortest : shortest[..mark];
        var exponent = mark < 0 ? 0 : int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = dot < 0 ? mantissa : mantissa[..dot];
        var digits = dot < 0 ? mantissa : string.Concat(whole, mantissa.AsSpan(dot + 1));

        // The value is 0.DIGITS times ten to the power of `point`.
        var point = whole.Length + exponent;
        var leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        return Layout(digits, point - leading);
    }

    private static string Layout(string digits, int point)
    {
        if (point is > 0 and <= 21)
        {
            return digits.Length <= point
                ? digits.PadRight(point, '0')
                : string.Concat(digits.AsSpan(0, point), ".", digits.AsSpan(point));
        }

        if (point is > -6 and <= 0)
        {
            return "0." + new string('0', -point) + digits;
        }

        var text = new StringBuilder(digits.Length + 8).Append(digits[0]);
        if (digits.Length > 1)
        {
            text.Append('.').Append(digits, 1, digits.Length - 1);
        }

        var power = point - 1;
        return text.Append('e').Append(power < 0 ? '-' : '+').Append(CultureInfo.InvariantCulture, $"{Math.Abs(power)}").ToString();
    }
}
