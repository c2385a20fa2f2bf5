using System.Text;

namespace Notify.Server.Framing;

/// <summary>Fails to decode any value, even an empty one. Kestrel answers 400 to a request with a header that has this encoding.</summary>
internal sealed class ForbiddenHeader : Encoding
{
    private ForbiddenHeader()
    {
    }

    /// <summary>Gets the single instance.</summary>
    public static ForbiddenHeader Instance { get; } = new();

    /// <inheritdoc />
    public override int GetByteCount(char[] chars, int index, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        throw new NotSupportedException();

    /// <inheritdoc />
    public override int GetCharCount(byte[] bytes, int index, int count) => throw Refusal();

    /// <inheritdoc />
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) => throw Refusal();

    /// <inheritdoc />
    public override int GetMaxByteCount(int charCount) => charCount;

    /// <inheritdoc />
    public override int GetMaxCharCount(int byteCount) => byteCount;

    private static DecoderFallbackException Refusal() => new("This header is not accepted.");
}
