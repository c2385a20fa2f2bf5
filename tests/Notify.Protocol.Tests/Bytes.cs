using System.Buffers;
using System.Text;
using Notify.Protocol.EngineIo;

namespace Notify.Protocol.Tests;

/// <summary>Converts between bytes and the notation of tests.</summary>
internal static class Bytes
{
    public static ReadOnlyMemory<byte> Of(string text) => Encoding.UTF8.GetBytes(text);

    public static ReadOnlyMemory<byte> Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static string Text(this ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static string HexText(this ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    /// <summary>Applies the encoding that 1.x clients apply to text before they count and encode it.</summary>
    public static string AsLatin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static EngineDecodeError Decode(
        ReadOnlyMemory<byte> body,
        EngineRevision revision,
        PayloadFraming framing,
        out IReadOnlyList<EnginePacket> packets)
    {
        var list = new List<EnginePacket>();
        packets = list;
        return PayloadDecoder.Decode(body, revision, framing, list);
    }

    public static ReadOnlyMemory<byte> Encode(EngineRevision revision, PayloadFraming framing, params ReadOnlySpan<WireMessage> messages)
    {
        var output = new ArrayBufferWriter<byte>();
        PayloadEncoder.Encode(output, messages, revision, framing);
        return output.WrittenMemory;
    }

    /// <summary>Formats one line for each packet, as <c>Message:text</c> or <c>Message#hex</c>.</summary>
    public static string Show(this EnginePacket packet) =>
        packet.IsBinary ? $"{packet.Type}#{packet.Data.HexText()}" : $"{packet.Type}:{packet.Data.Text()}";

    public static string Show(this IEnumerable<EnginePacket> packets) => string.Join(" | ", packets.Select(Show));
}
