namespace Notify.Protocol.EngineIo;

/// <summary>
/// Reads and writes the binary framing of revision 3: a marker byte (0 for text, 1 for binary), the decimal digits of the length as bytes 0
/// to 9, a byte 255, then the data.
/// </summary>
internal static class ByteFraming
{
    private const byte TextMarker = 0;
    private const byte BinaryMarker = 1;
    private const byte EndOfLength = 255;

    /// <summary>Appends the packets of <paramref name="body"/> up to the first invalid one.</summary>
    public static EngineDecodeError Decode(ReadOnlyMemory<byte> body, ICollection<EnginePacket> packets)
    {
        var room = PayloadDecoder.MaxPackets;
        while (!body.IsEmpty)
        {
            var marker = body.Span[0];
            if (marker is not (TextMarker or BinaryMarker))
            {
                return EngineDecodeError.BadMarker;
            }

            body = body[1..];
            var error = TakeData(ref body, out var data);
            if (error != EngineDecodeError.None)
            {
                return error;
            }

            error = marker == TextMarker
                ? EnginePacketDecoder.DecodeValidText(Utf8Text.Repair(data), EngineRevision.V3, out var packet)
                : EnginePacketDecoder.DecodeBinary(data, EngineRevision.V3, out packet);
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

    /// <summary>Writes one packet.</summary>
    public static void Write(PayloadWriter output, WireMessage message)
    {
        var data = message.Payload.Span;
        output.WriteByte(message.IsBinary ? BinaryMarker : TextMarker);
        output.WriteDigitBytes(data.Length);
        output.WriteByte(EndOfLength);
        output.Write(data);
    }

    private static EngineDecodeError TakeData(ref ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> data)
    {
        data = default;
        var span = body.Span;
        var length = 0L;
        var position = 0;
        for (; position < span.Length && span[position] <= 9; position++)
        {
            length = Math.Min((length * 10) + span[position], int.MaxValue);
        }

        if (position == span.Length)
        {
            return EngineDecodeError.Truncated;
        }

        if (position == 0 || span[position] != EndOfLength)
        {
            return EngineDecodeError.BadLength;
        }

        body = body[(position + 1)..];
        if (length > body.Length)
        {
            return EngineDecodeError.Truncated;
        }

        data = body[..(int)length];
        body = body[(int)length..];
        return EngineDecodeError.None;
    }
}
