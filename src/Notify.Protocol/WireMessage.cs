using Notify.Protocol.WebSockets;

namespace Notify.Protocol;

/// <summary>
/// One outgoing message in one wire format, encoded once and shared by every socket that speaks the format.
/// The forms that only some transports need are made on first use and kept; two threads may make one twice, which is harmless.
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

    /// <summary>What the message says: for Engine.IO the packet with its type digit (binary: revision 3 with the type byte, revision 4 the bare data).</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Whether <see cref="Payload"/> is bytes rather than UTF-8 text.</summary>
    public bool IsBinary { get; }

    /// <summary>What the message is charged to a socket's account, in bytes.</summary>
    public int Size => Payload.Length;

    /// <summary>The complete WebSocket frame, header included.</summary>
    public ReadOnlyMemory<byte> WebSocketFrame =>
        _webSocketFrame ??= WebSockets.WebSocketFrame.Encode(IsBinary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, Payload.Span);

    /// <summary>
    /// The payload with every character outside ASCII written as a JSON escape, for Engine.IO 3 text framing, where stock
    /// clients of 1.x and 2.x disagree on what a length counts. The payload itself where it is not JSON.
    /// </summary>
    public ReadOnlyMemory<byte> AsciiPayload =>
        _escapable ? _ascii ??= JsonAscii.Escape(Payload) : Payload;

    /// <summary>A text message that must go out unchanged.</summary>
    public static WireMessage Text(ReadOnlyMemory<byte> utf8) => new(utf8, isBinary: false, escapable: false);

    /// <summary>A text message whose characters outside ASCII stand only inside JSON strings, so that they may be escaped.</summary>
    public static WireMessage Json(ReadOnlyMemory<byte> utf8) => new(utf8, isBinary: false, escapable: true);

    /// <summary>A complete WebSocket frame that only a WebSocket can carry: a pong.</summary>
    public static WireMessage Frame(ReadOnlyMemory<byte> frame) => new(frame, isBinary: true, escapable: false) { _webSocketFrame = frame.ToArray() };

    /// <summary>A binary message.</summary>
    public static WireMessage Binary(ReadOnlyMemory<byte> bytes) => new(bytes, isBinary: true, escapable: false);
}
