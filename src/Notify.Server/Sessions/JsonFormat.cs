using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Protocol;
using Notify.Server.Inboxes;

namespace Notify.Server.Sessions;

/// <summary>
/// Encodes the messages that JSON WebSockets and event streams share: a notification, and the position after lost history. They include
/// the position, so that a client can detect a gap.
/// </summary>
internal abstract class JsonFormat : WireFormat
{
    /// <inheritdoc />
    public sealed override WireMessage Encode(Notification notification) => Notification(
        notification.Channel,
        notification.Position.Epoch,
        notification.Offset,
        notification.Id.ToString(),
        DateTimeOffset.FromUnixTimeMilliseconds(notification.At),
        notification.Payload.Span);

    /// <inheritdoc />
    public sealed override WireMessage Reset(string channel, Position position) => Joined(channel, position.Epoch, position.Offset);

    /// <inheritdoc />
    public sealed override WireMessage Inbox(InboxNews news) => Inbox(json => InboxJson.WriteNews(json, news));

    /// <summary>Encodes the state of an inbox.</summary>
    /// <param name="fields">Writes the members.</param>
    protected abstract WireMessage Inbox(Action<Utf8JsonWriter> fields);

    /// <summary>Encodes a notification.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="offset">The offset.</param>
    /// <param name="id">The publish id.</param>
    /// <param name="at">When the owner ordered it.</param>
    /// <param name="data">Its JSON in UTF-8.</param>
    protected abstract WireMessage Notification(
        string channel, string epoch, long offset, string id, DateTimeOffset at, ReadOnlySpan<byte> data);

    /// <summary>Encodes that the client continues from a position, and that notifications before it are lost.</summary>
    protected abstract WireMessage Joined(string channel, string epoch, long offset);
}
