using System.Globalization;

namespace Notify.Server.Options;

/// <summary>Parses and formats durations: a whole number and <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
internal static class DurationText
{
    // From long to short, because Format uses the first unit that divides the duration.
    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Parses <paramref name="text"/>. The unit is not case-sensitive. Anything but digits and a unit is invalid.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        var (digits, suffix) = UnitText.Split(text);
        var unit = Units.FirstOrDefault(unit => unit.Name.Equals(suffix, StringComparison.OrdinalIgnoreCase)).Length;
        if (unit == default
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > TimeSpan.MaxValue / unit)
        {
            return false;
        }

        value = unit * count;
        return true;
    }

    /// <summary>Returns the shortest text for <paramref name="value"/>, which must be whole milliseconds.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var unit = Units.First(unit => value.Ticks % unit.Length.Ticks == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{value.Ticks / unit.Length.Ticks}{unit.Name}");
    }
}
