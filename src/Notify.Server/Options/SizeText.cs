using System.Globalization;

namespace Notify.Server.Options;

/// <summary>Parses and formats sizes: a whole number of bytes, or of <c>kb</c>, <c>mb</c>, <c>gb</c> (powers of 1024).</summary>
internal static class SizeText
{
    private static readonly (string Name, long Length)[] Units = [("gb", 1L << 30), ("mb", 1L << 20), ("kb", 1L << 10), ("", 1)];

    /// <summary>
    /// Parses <paramref name="text"/> as bytes. The unit is not case-sensitive. Anything but digits and a unit is invalid.
    /// </summary>
    public static bool TryParse(string text, out long value)
    {
        value = 0;
        var (digits, suffix) = UnitText.Split(text);
        var unit = Units.FirstOrDefault(unit => unit.Name.Equals(suffix, StringComparison.OrdinalIgnoreCase)).Length;
        if (unit == 0
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > long.MaxValue / unit)
        {
            return false;
        }

        value = count * unit;
        return true;
    }

    /// <summary>Returns the shortest text for <paramref name="value"/>.</summary>
    public static string Format(long value)
    {
        var unit = Units.First(unit => value % unit.Length == 0 && (value != 0 || unit.Length == 1));
        return string.Create(CultureInfo.InvariantCulture, $"{value / unit.Length}{unit.Name}");
    }
}
