using System.Buffers;
using System.Text.Json;
using Notify.Protocol.WebSockets;

namespace Notify.Protocol.JsonWebSocket;

/// <summary>
/// What the server says on a plain WebSocket: one JSON object a text message. An <c>id</c> is the client's own name for the request that
/// is answered, JSON as the client wrote it, and left out when it is empty.
/// </summary>
public static class JsonWebSocketMessages
{
    // The room that most messages without data take.
    private const int SmallMessage = 128;

    /// <summary>A WebSocket ping, to which every client answers by itself: a complete frame.</summary>
    public static WireMessage KeepAlive { get; } = WireMessage.Frame(WebSocketFrame.Encode(WebSocketOpcode.Ping, []));

    /// <summary>The first message: the connection's id, which is also the channel that only it hears.</summary>
    public static WireMessage Welcome(string connection) => Write(json =>
    {
        json.WriteString("connection"u8, connection);
        json.WriteEndObject();
    }, "welcome");

    /// <summary>A channel is joined.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">The epoch of the position that the client has now.</param>
    /// <param name="offset">The offset of the position that the client has now.</param>
    /// <param name="recovered">Whether everything after that position follows.</param>
    /// <param name="id">The client's name for the request.</param>
    public static WireMessage Joined(string channel, string epoch, long offset, bool recovered, ReadOnlyMemory<byte> id)
    {
        var output = new ArrayBufferWriter<byte>(SmallMessage);
        JsonWebSocketText.WriteJoined(output, channel, epoch, offset, recovered, id);
        return WireMessage.Text(output.WrittenMemory);
    }

    /// <summary>A notification.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">Its epoch; empty in a connection's own channel, where there is nothing to come back to.</param>
    /// <param name="offset">Its offset; 0 in a connection's own channel.</param>
    /// <param name="id">The identity of the send.</param>
    /// <param name="at">When it was ordered.</param>
    /// <param name="data">What the backend sent: JSON in UTF-8, written as it is.</param>
    public static WireMessage Notification(string channel, string epoch, long offset, string id, DateTimeOffset at, ReadOnlySpan<byte> data)
    {
        var output = new ArrayBufferWriter<byte>(2 * SmallMessage + data.Length);
        JsonWebSocketText.WriteNotification(output, channel, epoch, offset, id, at, data);
        return WireMessage.Text(output.WrittenMemory);
    }

    /// <summary>A channel is left; nothing of it follows.</summary>
    public static WireMessage Left(string channel, ReadOnlyMemory<byte> id) => Write(json =>
    {
        json.WriteString("channel"u8, channel);
        JsonWebSocketText.End(json, id);
    }, "left");

    /// <summary>The answer to a ping.</summary>
    public static WireMessage Pong(ReadOnlyMemory<byte> id) => Write(json => JsonWebSocketText.End(json, id), "pong");

    /// <summary>A request is refused.</summary>
    public static WireMessage Error(JsonWebSocketError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Write(json =>
        {
            json.WriteString("code"u8, error.Code);
            json.WriteString("message"u8, error.Message);
            JsonWebSocketText.End(json, error.Id);
        }, "error");
    }

    /// <summary>The server closes the connection now.</summary>
    /// <param name="code">Why.</param>
    /// <param name="reconnectAfter">When the client should come back.</param>
    public static WireMessage Closing(string code, TimeSpan reconnectAfter) => Write(json =>
    {
        json.WriteString("code"u8, code);
        json.WriteNumber("reconnectAfterMs"u8, (long)reconnectAfter.TotalMilliseconds);
        json.WriteEndObject();
    }, "closing");

    private static WireMessage Write(Action<Utf8JsonWriter> fields, string type)
    {
        var output = new ArrayBufferWriter<byte>(SmallMessage);
        using (var json = JsonWebSocketText.Begin(output, type))
        {
            fields(json);
        }

        return WireMessage.Text(output.WrittenMemory);
    }
}
