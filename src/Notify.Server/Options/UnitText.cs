namespace Notify.Server.Options;

/// <summary>Splits a number from its unit.</summary>
internal static class UnitText
{
    /// <summary>Returns the leading digits and the rest of the text.</summary>
    public static (string Digits, string Unit) Split(string text)
    {
        var end = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? (text, "") : (text[..end], text[end..]);
    }
}
