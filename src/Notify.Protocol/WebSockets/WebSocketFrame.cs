using System.Buffers.Binary;

namespace Notify.Protocol.WebSockets;

/// <summary>Builds a server's WebSocket frames (RFC 6455 section 5): one frame for each message, never masked, never fragmented.</summary>
public static class WebSocketFrame
{
    private const byte Final = 0x80;

    /// <summary>Encodes a complete frame with <paramref name="payload"/>.</summary>
    public static byte[] Encode(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        var header = HeaderLength(payload.Length);
        var frame = GC.AllocateUninitializedArray<byte>(header + payload.Length);
        frame[0] = (byte)(Final | (byte)opcode);
        switch (header)
        {
            case 2:
                frame[1] = (byte)payload.Length;
                break;
            case 4:
                frame[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
                break;
            default:
                frame[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
                break;
        }

        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }

    private static int HeaderLength(int payload) => payload < 126 ? 2 : payload <= ushort.MaxValue ? 4 : 10;
}
