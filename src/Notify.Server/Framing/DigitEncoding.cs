using System.Text;

namespace Notify.Server.Framing;

/// <summary>
/// Decodes digits unchanged, and replaces every other byte by a character that is not part of a number. Kestrel requests an encoding for
/// each header. Without this one it accepts <c>+39</c> and <c>-0</c> as lengths, although RFC 9110 allows only digits.
/// </summary>
internal sealed class DigitEncoding : Encoding
{
    private const char NoDigit = '\uFFFD';

    private DigitEncoding()
    {
    }

    /// <summary>Gets the single instance.</summary>
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
    /// Decodes as many bytes as there is room for. Kestrel has room for one character more than the longest length, and refuses a value of
    /// that many characters.
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
