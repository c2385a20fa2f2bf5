using System.Buffers.Binary;
using System.Text;

namespace Notify.Protocol.WebSockets;

/// <summary>
/// Represents the way in which a server closes a WebSocket: a status code and a reason (RFC 6455 section 7.4), encoded once for all
/// sockets.
/// </summary>
public sealed class WebSocketClose
{
    /// <summary>Encodes the close frame.</summary>
    /// <param name="code">The status code: 1000 to 4999.</param>
    /// <param name="reason">The reason, at most 123 bytes of UTF-8; may be empty.</param>
    public WebSocketClose(ushort code, string reason)
    {
        Code = code;
        Reason = reason;
        var payload = new byte[sizeof(ushort) + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(sizeof(ushort)));
        Frame = WebSocketFrame.Encode(WebSocketOpcode.Close, payload);
    }

    /// <summary>Gets the close for a violation of RFC 6455.</summary>
    public static WebSocketClose ProtocolError { get; } = new(1002, "");

    /// <summary>Gets the close for text that is not valid UTF-8.</summary>
    public static WebSocketClose NotUtf8 { get; } = new(1007, "");

    /// <summary>Gets the close for a message that is too long.</summary>
    public static WebSocketClose MessageTooBig { get; } = new(1009, "");

    /// <summary>
    /// Gets the close for a server that is too busy. The client may reconnect later (1013 in the registry of RFC 6455 section 11.7).
    /// </summary>
    public static WebSocketClose TryAgainLater { get; } = new(1013, "");

    /// <summary>
    /// Gets the close for too many frames without content: pings, pongs, and message fragments that are empty or very short.
    /// </summary>
    public static WebSocketClose TooManyFrames { get; } = new(1008, "too many frames");

    /// <summary>Gets the status code.</summary>
    public ushort Code { get; }

    /// <summary>Gets the reason.</summary>
    public string Reason { get; }

    /// <summary>Gets the complete frame.</summary>
    public ReadOnlyMemory<byte> Frame { get; }
}
