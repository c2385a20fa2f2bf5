using System.Text;

namespace Notify.Server.Framing;

/// <summary>
/// Decodes digits as they are, and turns everything else into a character that is part of no number. Kestrel asks for an encoding for
/// each header, and without one it takes <c>+39</c> and <c>-0</c> for lengths; RFC 9110 allows nothing but digits.
/// </summary>
internal sealed class DigitEncoding : Encoding
{
    private const char NoDigit = '\uFFFD';

    private DigitEncoding()
    {
    }

    /// <summary>The one instance.</summary>
    public static DigitEncoding Instance { get; } = new();

    /// <inheritdoc />
    public override int GetByteCount(char[] chars, int index, int count) => ASCII.GetByteCount(chars, index, count);

    /// <inheritdoc />
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        ASCII.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc />
    public override int GetCharCount(byte[] bytes, int index, int count) => count;

    /// <inheritdoc />
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    /// <summary>
    /// Decodes as much as there is room for. Kestrel has room for one character more than a length has digits, and refuses so many.
    /// </summary>
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        var count = Math.Min(bytes.Length, chars.Length);
        for (var i = 0; i < count; i++)
        {
            chars[i] = char.IsAsciiDigit((char)bytes[i]) ? (char)bytes[i] : NoDigit;
        }

        return count;
    }

    /// <inheritdoc />
    public override int GetMaxByteCount(int charCount) => charCount;

    /// <inheritdoc />
    public override int GetMaxCharCount(int byteCount) => byteCount;
}
