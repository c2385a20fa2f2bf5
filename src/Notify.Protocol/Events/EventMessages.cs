using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Notify.Protocol.JsonWebSocket;

namespace Notify.Protocol.Events;

/// <summary>Creates the server's messages on an event stream (<c>text/event-stream</c>, HTML Living Standard section 9.2).</summary>
public static class EventMessages
{
    // The size of an event beside the notification itself.
    private const int EventOverhead = 300;

    /// <summary>Gets a comment, which clients ignore. It shows clients and proxies that the stream is alive.</summary>
    public static WireMessage KeepAlive { get; } = WireMessage.Text(":\n\n"u8.ToArray());

    /// <summary>Creates a <c>retry</c> field: the delay before the client reconnects after the stream has ended.</summary>
    public static WireMessage Retry(TimeSpan time) =>
        WireMessage.Text(Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"retry: {(long)time.TotalMilliseconds}\n\n")));

    /// <summary>Creates the first block: the reconnect delay and the client's initial positions. It is not an event.</summary>
    public static WireMessage Opening(TimeSpan retry, PositionVector positions)
    {
        ArgumentNullException.ThrowIfNull(positions);
        var output = new ArrayBufferWriter<byte>(EventOverhead);
        output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {(long)retry.TotalMilliseconds}\n")));
        positions.WriteTo(output);
        output.Write("\n"u8);
        return WireMessage.Text(output.WrittenMemory);
    }

    /// <summary>Creates the event <c>refused</c>.</summary>
    /// <param name="channel">The channel; null when the whole stream is refused.</param>
    /// <param name="code">The reason, for programs.</param>
    /// <param name="message">The reason, for people.</param>
    public static WireMessage Refused(string? channel, string code, string message) => Event("refused"u8, json =>
    {
        json.WriteString("type"u8, "error"u8);
        json.WriteString("code"u8, code);
        if (channel is not null)
        {
            json.WriteString("channel"u8, channel);
        }

        json.WriteString("message"u8, message);
    });

    /// <summary>Creates the event <c>expiring</c>.</summary>
    /// <param name="expiresInMs">How long the token still lasts, in milliseconds.</param>
    public static WireMessage Expiring(long expiresInMs) =>
        Event("expiring"u8, json => json.WriteNumber("expiresInMs"u8, expiresInMs));

    /// <summary>Creates the event <c>inbox</c>. It has no id, so that a client continues after the last notification.</summary>
    /// <param name="fields">Writes the members.</param>
    public static WireMessage Inbox(Action<Utf8JsonWriter> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return Event("inbox"u8, json =>
        {
            json.WriteString("type"u8, "inbox"u8);
            fields(json);
        });
    }

    /// <summary>Creates the event <c>announcement</c>, the head of an announcement channel. It has no id, as <see cref="Inbox"/>.</summary>
    /// <param name="fields">Writes the members.</param>
    public static WireMessage Announcement(Action<Utf8JsonWriter> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return Event("announcement"u8, json =>
        {
            json.WriteString("type"u8, "announcement"u8);
            fields(json);
        });
    }

    /// <summary>Gets the event <c>expired</c>, the last one of a stream whose token has expired.</summary>
    public static WireMessage Expired { get; } = Event("expired"u8, static _ => { });

    /// <summary>Creates the event <c>joined</c>.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">The epoch of the position that the client has now.</param>
    /// <param name="offset">The offset of the position that the client has now.</param>
    /// <param name="recovered">Whether all notifications after that position follow.</param>
    public static PositionedEvent Joined(string channel, string epoch, long offset, bool recovered)
    {
        var output = new ArrayBufferWriter<byte>(EventOverhead);
        output.Write("event: joined\ndata: "u8);
        JsonWebSocketText.WriteJoined(output, channel, epoch, offset, recovered, id: default);
        output.Write("\n\n"u8);
        return new PositionedEvent(output.WrittenMemory, channel, epoch, offset);
    }

    /// <summary>Creates the event <c>NEW_NOTIFICATION</c>.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="id">The publish id.</param>
    /// <param name="at">When the owner ordered it.</param>
    /// <param name="data">The notification's JSON in UTF-8.</param>
    /// <param name="meta">The fields beside it, a JSON object in UTF-8; empty for none.</param>
    public static PositionedEvent Notification(
        string channel,
        string epoch,
        long offset,
        string id,
        DateTimeOffset at,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> meta = default)
    {
        var output = new ArrayBufferWriter<byte>(EventOverhead + data.Length + meta.Length);
        output.Write("event: NEW_NOTIFICATION\ndata: "u8);
        var head = output.WrittenCount;
        JsonWebSocketText.WriteNotification(output, channel, epoch, offset, id, at, data, meta);

        // A line break would end the field. In JSON it occurs only between tokens, where a space is equivalent.
        var json = MemoryMarshal.AsMemory(output.WrittenMemory).Span[head..];
        json.Replace((byte)'\n', (byte)' ');
        json.Replace((byte)'\r', (byte)' ');
        output.Write("\n\n"u8);
        return new PositionedEvent(output.WrittenMemory, channel, epoch, offset);
    }

    private static WireMessage Event(ReadOnlySpan<byte> name, Action<Utf8JsonWriter> fields)
    {
        var output = new ArrayBufferWriter<byte>(EventOverhead);
        output.Write("event: "u8);
        output.Write(name);
        output.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(output, JsonWebSocketText.Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        output.Write("\n\n"u8);
        return WireMessage.Text(output.WrittenMemory);
    }
}
