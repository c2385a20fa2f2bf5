namespace Notify.Server.Options;

/// <summary>Splits a number from the unit behind it.</summary>
internal static class UnitText
{
    /// <summary>The leading digits and all that follows.</summary>
    public static (string Digits, string Unit) Split(string text)
    {
        var end = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? (text, "") : (text[..end], text[end..]);
    }
}
