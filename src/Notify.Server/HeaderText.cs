using System.Buffers;
using System.Text;

namespace Notify.Server;

/// <summary>
/// Reads the values of request headers, which arrive as Latin-1: each character is one byte. A header that Notify does not read, a cookie of
/// another application for example, may hold any bytes and refuses nothing.
/// </summary>
internal static class HeaderText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // RFC 9110, section 5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>How the server reads all headers.</summary>
    public static Encoding Encoding => Encoding.Latin1;

    /// <summary>The bytes of a value.</summary>
    public static byte[] BytesOf(string value) => Encoding.GetBytes(value);

    /// <summary>Reads a value as UTF-8; false when it is not.</summary>
    public static bool TryReadUtf8(string value, out string text)
    {
        if (Ascii.IsValid(value))
        {
            text = value;
            return true;
        }

        try
        {
            text = Strict.GetString(BytesOf(value));
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = "";
            return false;
        }
    }

    /// <summary>Whether a text is a token, RFC 9110, section 5.6.2.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether a text can be repeated in the header of an answer.</summary>
    public static bool IsPrintable(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange(' ', '~');
}
