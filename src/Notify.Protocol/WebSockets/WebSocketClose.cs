using System.Buffers.Binary;
using System.Text;

namespace Notify.Protocol.WebSockets;

/// <summary>How a server closes a WebSocket: a status and a word for it (RFC 6455 section 7.4), encoded once for all sockets.</summary>
public sealed class WebSocketClose
{
    /// <summary>Encodes the close frame.</summary>
    /// <param name="code">The status: 1000 to 4999.</param>
    /// <param name="reason">Why, in at most 123 bytes of UTF-8; may be empty.</param>
    public WebSocketClose(ushort code, string reason)
    {
        Code = code;
        Reason = reason;
        var payload = new byte[sizeof(ushort) + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(sizeof(ushort)));
        Frame = WebSocketFrame.Encode(WebSocketOpcode.Close, payload);
    }

    /// <summary>What came breaks the rules of RFC 6455.</summary>
    public static WebSocketClose ProtocolError { get; } = new(1002, "");

    /// <summary>Text that is not UTF-8.</summary>
    public static WebSocketClose NotUtf8 { get; } = new(1007, "");

    /// <summary>A message was longer than it may be.</summary>
    public static WebSocketClose MessageTooBig { get; } = new(1009, "");

    /// <summary>The server is too busy now; the client may come back (1013 in the registry of RFC 6455 section 11.7).</summary>
    public static WebSocketClose TryAgainLater { get; } = new(1013, "");

    /// <summary>There were too many frames without content: pings, pongs, and parts of messages that are empty or very short.</summary>
    public static WebSocketClose TooManyFrames { get; } = new(1008, "too many frames");

    /// <summary>The status.</summary>
    public ushort Code { get; }

    /// <summary>Why, in a word.</summary>
    public string Reason { get; }

    /// <summary>The complete frame.</summary>
    public ReadOnlyMemory<byte> Frame { get; }
}
