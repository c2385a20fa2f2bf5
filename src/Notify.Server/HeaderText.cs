using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Notify.Server;

/// <summary>
/// Reads the values of request headers as Latin-1, in which each character is one byte. A header that Notify does not read, for example a
/// cookie of another application, may contain any bytes.
/// </summary>
internal static class HeaderText
{
    // RFC 9110, section 5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Gets the encoding of all headers.</summary>
    public static Encoding Encoding => Encoding.Latin1;

    /// <summary>Returns whether a text can be written as a value, with one byte for each character.</summary>
    public static bool IsLatin1(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('\0', '\u00FF');

    /// <summary>Returns the bytes of a value.</summary>
    public static byte[] BytesOf(string value) => Encoding.GetBytes(value);

    /// <summary>Decodes a value as UTF-8. Returns false when it is not valid.</summary>
    public static bool TryReadUtf8(string value, out string text)
    {
        var bytes = BytesOf(value);
        var isUtf8 = Utf8.IsValid(bytes);
        text = isUtf8 ? Encoding.UTF8.GetString(bytes) : "";
        return isUtf8;
    }

    /// <summary>Returns whether a text is a token (RFC 9110, section 5.6.2).</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>Returns whether a text can be repeated in a response header.</summary>
    public static bool IsPrintable(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');
}
