namespace Notify.Server.Access;

/// <summary>Makes text that a client sent safe for a line of the log.</summary>
internal static class LogText
{
    private const int MaxLength = 128;

    /// <summary>The text for nothing.</summary>
    public const string None = "none";

    /// <summary>Returns at most 128 characters, without control characters; <c>none</c> for null.</summary>
    public static string Of(string? text) => text is null
        ? None
        : string.Create(Math.Min(text.Length, MaxLength), text, static (clean, text) =>
        {
            for (var i = 0; i < clean.Length; i++)
            {
                // The separators U+2028 and U+2029 end lines as well.
                clean[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? '?' : text[i];
            }
        });
}
