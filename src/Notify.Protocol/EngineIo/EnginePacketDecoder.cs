using System.Text.Unicode;

namespace Notify.Protocol.EngineIo;

/// <summary>Decodes the packet in one WebSocket message. Any bytes result in a packet or a named error.</summary>
public static class EnginePacketDecoder
{
    private const byte Base64Mark = (byte)'b';

    /// <summary>
    /// Decodes a text message of either revision. Base64 (<c>b4…</c>) is read as in revision 3, because revision 4 sends bytes only as
    /// binary messages.
    /// </summary>
    public static EngineDecodeError DecodeText(ReadOnlyMemory<byte> frame, out EnginePacket packet) =>
        DecodeText(frame, EngineRevision.V3, out packet);

    /// <summary>
    /// Decodes a text message. Base64 is <c>b4…</c> in revision 3 and <c>b…</c> in revision 4. The packet's data is a slice of
    /// <paramref name="frame"/>.
    /// </summary>
    public static EngineDecodeError DecodeText(ReadOnlyMemory<byte> frame, EngineRevision revision, out EnginePacket packet)
    {
        if (!Utf8.IsValid(frame.Span))
        {
            packet = default;
            return EngineDecodeError.BadUtf8;
        }

        return DecodeValidText(frame, revision, out packet);
    }

    /// <summary>
    /// Decodes a binary message. In revision 4 all of it is a message's data; in revision 3 the first byte is the packet's type. The
    /// packet's data is a slice of <paramref name="frame"/>.
    /// </summary>
    public static EngineDecodeError DecodeBinary(ReadOnlyMemory<byte> frame, EngineRevision revision, out EnginePacket packet)
    {
        if (revision == EngineRevision.V4)
        {
            packet = new EnginePacket(EnginePacketType.Message, frame, IsBinary: true);
            return EngineDecodeError.None;
        }

        packet = default;
        if (frame.IsEmpty)
        {
            return EngineDecodeError.Empty;
        }

        return TryGetType(frame.Span[0], out var type)
            ? BinaryPacket(type, frame[1..], out packet)
            : EngineDecodeError.UnknownType;
    }

    /// <summary>Decodes one text packet that is known to be valid UTF-8.</summary>
    internal static EngineDecodeError DecodeValidText(ReadOnlyMemory<byte> text, EngineRevision revision, out EnginePacket packet)
    {
        packet = default;
        if (text.IsEmpty)
        {
            return EngineDecodeError.Empty;
        }

        var first = text.Span[0];
        if (first == Base64Mark)
        {
            return DecodeBase64(text[1..], revision, out packet);
        }

        if (!TryGetType(first - '0', out var type))
        {
            return EngineDecodeError.UnknownType;
        }

        packet = new EnginePacket(type, text[1..]);
        return EngineDecodeError.None;
    }

    private static EngineDecodeError DecodeBase64(ReadOnlyMemory<byte> text, EngineRevision revision, out EnginePacket packet)
    {
        packet = default;
        var type = EnginePacketType.Message;
        if (revision == EngineRevision.V3)
        {
            if (text.IsEmpty || !TryGetType(text.Span[0] - '0', out type))
            {
                return EngineDecodeError.UnknownType;
            }

            text = text[1..];
        }

        return BinaryPacket(type, LenientBase64.Decode(text.Span), out packet);
    }

    private static EngineDecodeError BinaryPacket(EnginePacketType type, ReadOnlyMemory<byte> data, out EnginePacket packet)
    {
        // Only messages carry bytes. The reference implementation accepts a binary ping as a ping and ignores its bytes.
        packet = type == EnginePacketType.Message
            ? new EnginePacket(type, data, IsBinary: true)
            : new EnginePacket(type, ReadOnlyMemory<byte>.Empty);
        return EngineDecodeError.None;
    }

    private static bool TryGetType(int value, out EnginePacketType type)
    {
        type = (EnginePacketType)value;
        return value is >= (int)EnginePacketType.Open and <= (int)EnginePacketType.Noop;
    }
}
