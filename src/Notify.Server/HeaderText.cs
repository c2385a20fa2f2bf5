using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Notify.Server;

/// <summary>
/// Reads the values of request headers, which arrive as Latin-1: each character is one byte. A header that Notify does not read, a cookie of
/// another application for example, may hold any bytes and refuses nothing.
/// </summary>
internal static class HeaderText
{
    // RFC 9110, section 5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>How the server reads all headers.</summary>
    public static Encoding Encoding => Encoding.Latin1;

    /// <summary>Whether a text can be written as a value, one byte for each character.</summary>
    public static bool IsLatin1(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('\0', '\u00FF');

    /// <summary>The bytes of a value.</summary>
    public static byte[] BytesOf(string value) => Encoding.GetBytes(value);

    /// <summary>Reads a value as UTF-8; false when it is not.</summary>
    public static bool TryReadUtf8(string value, out string text)
    {
        var bytes = BytesOf(value);
        var isUtf8 = Utf8.IsValid(bytes);
        text = isUtf8 ? Encoding.UTF8.GetString(bytes) : "";
        return isUtf8;
    }

    /// <summary>Whether a text is a token, RFC 9110, section 5.6.2.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether a text can be repeated in the header of an answer.</summary>
    public static bool IsPrintable(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');
}
