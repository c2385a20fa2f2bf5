using System.Text;
using BenchmarkDotNet.Attributes;
using Notify.Protocol.EngineIo;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.SocketIo;

namespace Notify.Benchmarks.Micro;

/// <summary>What a client says, read; and what it is told, written once for all.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private static readonly byte[] Join = Encoding.ASCII.GetBytes("""42["join","my channel"]""");
    private static readonly byte[] Notification = Encoding.ASCII.GetBytes("\"" + new string('x', 200) + "\"");
    private static readonly byte[] PlainJoin = Encoding.ASCII.GetBytes("""{"type":"join","channel":"my channel","id":1}""");

    private readonly SocketPacketDecoder _decoder = new(SocketRevision.V5, 1_000_000);

    /// <summary>A join of a Socket.IO client.</summary>
    [Benchmark]
    public SocketDecodeError SocketIoJoin()
    {
        EnginePacketDecoder.DecodeText(Join, EngineRevision.V4, out var packet);
        return _decoder.Decode(packet, out _);
    }

    /// <summary>A join of a plain WebSocket.</summary>
    [Benchmark]
    public bool PlainWebSocketJoin() => JsonWebSocketDecoder.TryDecode(PlainJoin, out _, out _);

    /// <summary>A notification as Socket.IO clients are told it, the WebSocket frame included.</summary>
    [Benchmark]
    public int SocketIoNotification() => SocketMessages.Notification(Notification, "my channel", "s8FDL5HNyg0", 7).WebSocketFrame.Length;
}
