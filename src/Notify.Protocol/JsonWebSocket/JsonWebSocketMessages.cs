using System.Buffers;
using System.Text.Json;
using Notify.Protocol.WebSockets;

namespace Notify.Protocol.JsonWebSocket;

/// <summary>
/// Creates the server's messages on a JSON WebSocket: one JSON object in each text message. An <c>id</c> repeats the client's id for the
/// request, as the client wrote it, and is omitted when it is empty.
/// </summary>
public static class JsonWebSocketMessages
{
    // Enough for most messages without data.
    private const int SmallMessage = 128;

    /// <summary>Gets a WebSocket ping as a complete frame. Every client answers it automatically.</summary>
    public static WireMessage KeepAlive { get; } = WireMessage.Frame(WebSocketFrame.Encode(WebSocketOpcode.Ping, []));

    /// <summary>Creates the first message. The connection's id is also the channel for notifications to this connection alone.</summary>
    public static WireMessage Welcome(string connection) => Write(json =>
    {
        json.WriteString("connection"u8, connection);
        json.WriteEndObject();
    }, "welcome");

    /// <summary>Creates the first message for a client with a token.</summary>
    /// <param name="connection">The connection's id.</param>
    /// <param name="user">The user; null for the bearer of a channel token.</param>
    /// <param name="expiresInMs">How long the token still lasts, in milliseconds.</param>
    public static WireMessage Welcome(string connection, string? user, long expiresInMs) => Write(json =>
    {
        json.WriteString("connection"u8, connection);
        json.WriteString("user"u8, user);
        json.WriteNumber("expiresInMs"u8, expiresInMs);
        json.WriteEndObject();
    }, "welcome");

    /// <summary>Creates the response to an accepted token.</summary>
    /// <param name="user">The user; null for the bearer of a channel token.</param>
    /// <param name="expiresInMs">How long the token lasts, in milliseconds.</param>
    /// <param name="id">The client's id for the request.</param>
    /// <param name="wouldRefuse">The code with which the token would be refused if the rules were enforced; null for none.</param>
    public static WireMessage Authed(string? user, long expiresInMs, ReadOnlyMemory<byte> id, string? wouldRefuse = null) => Write(json =>
    {
        json.WriteString("user"u8, user);
        json.WriteNumber("expiresInMs"u8, expiresInMs);
        if (wouldRefuse is not null)
        {
            json.WriteString("wouldRefuse"u8, wouldRefuse);
        }

        JsonWebSocketText.End(json, id);
    }, "authed");

    /// <summary>Creates the request for a new token.</summary>
    /// <param name="expiresInMs">How long the present one still lasts, in milliseconds.</param>
    public static WireMessage Expiring(long expiresInMs) => Write(json =>
    {
        json.WriteNumber("expiresInMs"u8, expiresInMs);
        json.WriteEndObject();
    }, "expiring");

    /// <summary>Creates the report that the server has left a channel for the client. No notifications of the channel follow it.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="code">Why.</param>
    public static WireMessage Left(string channel, string code) => Write(json =>
    {
        json.WriteString("channel"u8, channel);
        json.WriteString("code"u8, code);
        json.WriteEndObject();
    }, "left");

    /// <summary>Creates the response to a join that the rules of access refuse.</summary>
    /// <param name="error">The error.</param>
    /// <param name="channel">The channel.</param>
    public static WireMessage Error(JsonWebSocketError error, string channel)
    {
        ArgumentNullException.ThrowIfNull(error);
        return Write(json =>
        {
            json.WriteString("code"u8, error.Code);
            json.WriteString("channel"u8, channel);
            json.WriteString("message"u8, error.Message);
            JsonWebSocketText.End(json, error.Id);
        }, "error");
    }

    /// <summary>Creates the message before the server closes the connection because of its token or for a backend.</summary>
    /// <param name="code">The reason, for programs.</param>
    /// <param name="message">The reason, for people.</param>
    public static WireMessage Closing(string code, string message) => Write(json =>
    {
        json.WriteString("code"u8, code);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
    }, "closing");

    /// <summary>Creates the response to a join.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">The epoch of the position that the client has now.</param>
    /// <param name="offset">The offset of the position that the client has now.</param>
    /// <param name="recovered">Whether all notifications after that position follow.</param>
    /// <param name="id">The client's id for the request.</param>
    /// <param name="wouldRefuse">The error with which the join would be refused if the rules were enforced; null for none.</param>
    public static WireMessage Joined(
        string channel, string epoch, long offset, bool recovered, ReadOnlyMemory<byte> id, string? wouldRefuse = null)
    {
        var output = new ArrayBufferWriter<byte>(SmallMessage);
        JsonWebSocketText.WriteJoined(output, channel, epoch, offset, recovered, id, wouldRefuse);
        return WireMessage.Text(output.WrittenMemory);
    }

    /// <summary>Creates the state of an inbox.</summary>
    /// <param name="fields">Writes the members.</param>
    public static WireMessage Inbox(Action<Utf8JsonWriter> fields) => State("inbox", fields);

    /// <summary>Creates the head of an announcement channel.</summary>
    /// <param name="fields">Writes the members.</param>
    public static WireMessage Announcement(Action<Utf8JsonWriter> fields) => State("announcement", fields);

    /// <summary>Creates the response to marks that are stored.</summary>
    /// <param name="fields">Writes the members.</param>
    /// <param name="id">The client's id for the request.</param>
    public static WireMessage Marked(Action<Utf8JsonWriter> fields, ReadOnlyMemory<byte> id) => Write(fields, "marked", id);

    /// <summary>Creates the response to a refused request, with members of its own.</summary>
    /// <param name="fields">Writes the members.</param>
    /// <param name="id">The client's id for the request.</param>
    public static WireMessage Error(Action<Utf8JsonWriter> fields, ReadOnlyMemory<byte> id) => Write(fields, "error", id);

    /// <summary>Creates a notification.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">Its epoch; empty for a notification to this connection alone, which is not stored.</param>
    /// <param name="offset">Its offset; 0 for a notification to this connection alone.</param>
    /// <param name="id">The publish id.</param>
    /// <param name="at">When the owner ordered it.</param>
    /// <param name="data">The notification's JSON in UTF-8, which is written unchanged.</param>
    /// <param name="meta">The fields beside it, a JSON object in UTF-8; empty for none.</param>
    /// <param name="isGone">Whether it was removed from its inbox; only a history shows it then.</param>
    public static WireMessage Notification(
        string channel,
        string epoch,
        long offset,
        string id,
        DateTimeOffset at,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> meta = default,
        bool isGone = false)
    {
        var output = new ArrayBufferWriter<byte>((2 * SmallMessage) + data.Length + meta.Length);
        JsonWebSocketText.WriteNotification(output, channel, epoch, offset, id, at, data, meta, isGone);
        return WireMessage.Text(output.WrittenMemory);
    }

    /// <summary>Creates the response to a leave. No notifications of the channel follow it.</summary>
    public static WireMessage Left(string channel, ReadOnlyMemory<byte> id) => Write(json =>
    {
        json.WriteString("channel"u8, channel);
        JsonWebSocketText.End(json, id);
    }, "left");

    /// <summary>Creates the response to a ping.</summary>
    public static WireMessage Pong(ReadOnlyMemory<byte> id) => Write(json => JsonWebSocketText.End(json, id), "pong");

    /// <summary>Creates the response to a refused request.</summary>
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

    /// <summary>Creates the message before the server closes the connection.</summary>
    /// <param name="code">The reason.</param>
    /// <param name="reconnectAfter">The delay before the client should reconnect.</param>
    public static WireMessage Closing(string code, TimeSpan reconnectAfter) => Write(json =>
    {
        json.WriteString("code"u8, code);
        json.WriteNumber("reconnectAfterMs"u8, (long)reconnectAfter.TotalMilliseconds);
        json.WriteEndObject();
    }, "closing");

    private static WireMessage State(string type, Action<Utf8JsonWriter> fields) => Write(fields, type, id: default);

    private static WireMessage Write(Action<Utf8JsonWriter> fields, string type, ReadOnlyMemory<byte> id)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return Write(json =>
        {
            fields(json);
            JsonWebSocketText.End(json, id);
        }, type);
    }

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
