using Notify.Protocol.WebSockets;

namespace Notify.Protocol;

/// <summary>
/// Represents an outgoing message in one wire format, encoded once and shared by every socket with this format. Forms that only some
/// transports need are created on first use and cached. Two threads may create the same form twice, which is harmless.
/// </summary>
public class WireMessage
{
    private readonly bool _escapable;
    private byte[]? _webSocketFrame;
    private byte[]? _ascii;

    private protected WireMessage(ReadOnlyMemory<byte> payload, bool isBinary, bool escapable)
    {
        Payload = payload;
        IsBinary = isBinary;
        _escapable = escapable;
    }

    /// <summary>
    /// Gets the content of the message: for Engine.IO the packet with its type digit (binary: revision 3 with the type byte, revision 4 the
    /// bare data).
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Gets whether <see cref="Payload"/> is binary and not UTF-8 text.</summary>
    public bool IsBinary { get; }

    /// <summary>Gets or sets what observes the copies of this message; null for nothing. Set before the message is queued.</summary>
    public IWriteObserver? Observer { get; set; }

    /// <summary>Gets the size that counts toward a socket's memory account, in bytes.</summary>
    public int Size => Payload.Length;

    /// <summary>Gets the complete WebSocket frame, including its header.</summary>
    public ReadOnlyMemory<byte> WebSocketFrame =>
        _webSocketFrame ??= WebSockets.WebSocketFrame.Encode(IsBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, Payload.Span);

    /// <summary>
    /// Gets the payload with every character outside ASCII as a JSON escape. The text framing of Engine.IO 3 needs it, because the stock
    /// clients 1.x and 2.x count lengths differently. Returns the payload itself where it is not JSON.
    /// </summary>
    public ReadOnlyMemory<byte> AsciiPayload =>
        _escapable ? _ascii ??= JsonAscii.Escape(Payload) : Payload;

    /// <summary>Creates a text message that must be sent unchanged.</summary>
    public static WireMessage Text(ReadOnlyMemory<byte> utf8) => new(utf8, isBinary: false, escapable: false);

    /// <summary>Creates a text message that contains characters outside ASCII only in JSON strings, so that they may be escaped.</summary>
    public static WireMessage Json(ReadOnlyMemory<byte> utf8) => new(utf8, isBinary: false, escapable: true);

    /// <summary>Creates a message from a complete WebSocket frame, such as a pong, that only a WebSocket can carry.</summary>
    public static WireMessage Frame(ReadOnlyMemory<byte> frame) =>
        new(frame, isBinary: true, escapable: false) { _webSocketFrame = frame.ToArray() };

    /// <summary>Creates a binary message.</summary>
    public static WireMessage Binary(ReadOnlyMemory<byte> bytes) => new(bytes, isBinary: true, escapable: false);
}
