using System.Buffers.Text;
using System.Text;

namespace Notify.Protocol.EngineIo;

/// <summary>Reads and writes the text framing of revision 3: repeated <c>length:packet</c>, with the length in UTF-16 units.</summary>
internal static class LengthFraming
{
    private const byte Colon = (byte)':';

    /// <summary>Appends the packets of <paramref name="body"/>, which is UTF-8, up to the first invalid one.</summary>
    public static EngineDecodeError Decode(ReadOnlyMemory<byte> body, ICollection<EnginePacket> packets)
    {
        var room = PayloadDecoder.MaxPackets;
        while (!body.IsEmpty)
        {
            var error = TakeText(ref body, out var text);
            if (error != EngineDecodeError.None)
            {
                return error;
            }

            // The reference implementation skips "0:".
            if (text.IsEmpty)
            {
                continue;
            }

            error = EnginePacketDecoder.DecodeValidText(Utf8Text.UndoDoubleEncoding(text), EngineRevision.V3, out var packet);
            if (error != EngineDecodeError.None)
            {
                return error;
            }

            if (room-- == 0)
            {
                return EngineDecodeError.TooManyPackets;
            }

            packets.Add(packet);
        }

        return EngineDecodeError.None;
    }

    /// <summary>Writes one packet. Binary data is written as <c>b</c>, type digit, base64.</summary>
    public static void Write(PayloadWriter output, WireMessage message)
    {
        if (!message.IsBinary)
        {
            var text = message.AsciiPayload.Span;
            output.WriteNumber(Encoding.UTF8.GetCharCount(text));
            output.WriteByte(Colon);
            output.Write(text);
            return;
        }

        var bytes = message.Payload.Span;
        output.WriteNumber(Base64.GetMaxEncodedToUtf8Length(bytes.Length - 1) + 2);
        output.WriteByte(Colon);
        output.WriteByte((byte)'b');
        output.WriteByte((byte)('0' + bytes[0]));
        output.WriteBase64(bytes[1..]);
    }

    private static EngineDecodeError TakeText(ref ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> text)
    {
        text = default;
        var span = body.Span;
        var length = 0L;
        var position = 0;
        for (; position < span.Length && span[position] is >= (byte)'0' and <= (byte)'9'; position++)
        {
            // The number is capped, because it is already larger than the body.
            length = Math.Min((length * 10) + span[position] - '0', int.MaxValue);
        }

        if (position == span.Length)
        {
            return EngineDecodeError.Truncated;
        }

        if (position == 0 || span[position] != Colon)
        {
            return EngineDecodeError.BadLength;
        }

        body = body[(position + 1)..];
        if (!Utf8Text.TryMeasure(body.Span, (int)length, out var bytes))
        {
            return bytes == body.Length ? EngineDecodeError.Truncated : EngineDecodeError.BadLength;
        }

        text = body[..bytes];
        body = body[bytes..];
        return EngineDecodeError.None;
    }
}
