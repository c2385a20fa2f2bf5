using System.Buffers.Binary;
using System.Text;

namespace Notify.Server.Tests.WebSockets;

/// <summary>Builds a client's frames, valid and invalid ones.</summary>
internal static class WireFrame
{
    public const byte Final = 0x80;
    public const byte Continuation = 0;
    public const byte Text = 1;
    public const byte Binary = 2;
    public const byte Close = 8;
    public const byte Ping = 9;
    public const byte Pong = 10;

    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    /// <summary>Builds a frame with any first byte, masked as RFC 6455 requires.</summary>
    public static byte[] Of(int first, ReadOnlySpan<byte> payload)
    {
        var masked = new byte[payload.Length];
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] = (byte)(payload[i] ^ Mask[i % 4]);
        }

        return [(byte)first, .. Length(payload.Length, 0x80), .. Mask, .. masked];
    }

    public static byte[] Of(int first, string payload = "") => Of(first, Encoding.UTF8.GetBytes(payload));

    /// <summary>Builds a frame as only a server may send it.</summary>
    public static byte[] Unmasked(int first, string payload) =>
        [(byte)first, .. Length(payload.Length, 0), .. Encoding.UTF8.GetBytes(payload)];

    /// <summary>Builds a complete text message. The echo is an Engine.IO packet, and so begins with a digit.</summary>
    public static byte[] Message(string text) => Of(Final | Text, text);

    public static byte[] End(int code, string reason = "") =>
        Of(Final | Close, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    /// <summary>Builds one message in frames of the given size.</summary>
    public static byte[] Parts(byte opcode, ReadOnlySpan<byte> payload, int size)
    {
        var frames = new MemoryStream();
        for (var at = 0; at < payload.Length; at += size)
        {
            var part = payload.Slice(at, Math.Min(size, payload.Length - at));
            frames.Write(Of((at + size >= payload.Length ? Final : 0) | (at == 0 ? opcode : Continuation), part));
        }

        return frames.ToArray();
    }

    private static byte[] Length(int length, int masked)
    {
        var bytes = new byte[length < 126 ? 1 : length <= ushort.MaxValue ? 3 : 9];
        bytes[0] = (byte)(masked | (length < 126 ? length : length <= ushort.MaxValue ? 126 : 127));
        if (bytes.Length == 3)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(1), (ushort)length);
        }
        else if (bytes.Length == 9)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(1), (ulong)length);
        }

        return bytes;
    }
}
