using System.Text;
using BenchmarkDotNet.Attributes;
using Notify.Protocol.EngineIo;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.SocketIo;

namespace Notify.Benchmarks.Micro;

/// <summary>Measures the decoding of a client's message, and the encoding of a delivery, which happens once for all clients.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private static readonly byte[] Join = Encoding.ASCII.GetBytes("""42["join","my channel"]""");
    private static readonly byte[] Notification = Encoding.ASCII.GetBytes("\"" + new string('x', 200) + "\"");
    private static readonly byte[] PlainJoin = Encoding.ASCII.GetBytes("""{"type":"join","channel":"my channel","id":1}""");

    private readonly SocketPacketDecoder _decoder = new(SocketRevision.V5, 1_000_000);

    /// <summary>Decodes a join of a Socket.IO client.</summary>
    [Benchmark]
    public SocketDecodeError SocketIoJoin()
    {
        EnginePacketDecoder.DecodeText(Join, EngineRevision.V4, out var packet);
        return _decoder.Decode(packet, out _);
    }

    /// <summary>Decodes a join of a JSON WebSocket client.</summary>
    [Benchmark]
    public bool PlainWebSocketJoin() => JsonWebSocketDecoder.TryDecode(PlainJoin, out _, out _);

    /// <summary>Encodes a notification for Socket.IO clients, including the WebSocket frame.</summary>
    [Benchmark]
    public int SocketIoNotification() => SocketMessages.Notification(Notification, "my channel", "s8FDL5HNyg0", 7).WebSocketFrame.Length;
}
