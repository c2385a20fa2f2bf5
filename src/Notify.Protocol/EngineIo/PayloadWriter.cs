using System.Buffers;
using System.Buffers.Text;

namespace Notify.Protocol.EngineIo;

/// <summary>Writes the parts of payloads into a buffer.</summary>
internal readonly ref struct PayloadWriter(IBufferWriter<byte> output)
{
    private const int MaxDigits = 10;

    public void Write(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public void WriteByte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    /// <summary>Writes a non-negative length in ASCII digits.</summary>
    public void WriteNumber(int value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(MaxDigits), out var written);
        output.Advance(written);
    }

    /// <summary>Writes a non-negative length, each decimal digit as a byte 0 to 9.</summary>
    public void WriteDigitBytes(int value)
    {
        var span = output.GetSpan(MaxDigits);
        Utf8Formatter.TryFormat(value, span, out var written);
        foreach (ref var digit in span[..written])
        {
            digit -= (byte)'0';
        }

        output.Advance(written);
    }

    public void WriteBase64(ReadOnlySpan<byte> bytes)
    {
        Base64.EncodeToUtf8(bytes, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        output.Advance(written);
    }
}
