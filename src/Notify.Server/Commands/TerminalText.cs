using System.Text;

namespace Notify.Server.Commands;

/// <summary>Makes texts of others safe to print: their control characters could change what the terminal shows.</summary>
internal static class TerminalText
{
    /// <summary>Returns the text with each control character as an escape.</summary>
    public static string Of(string text)
    {
        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (IsUnsafe(character))
            {
                safe.Append($"\\u{(int)character:x4}");
            }
            else
            {
                safe.Append(character);
            }
        }

        return safe.ToString();
    }

    // Control characters, and those that change the direction of the text after them.
    private static bool IsUnsafe(char character) =>
        char.IsControl(character) || character is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
