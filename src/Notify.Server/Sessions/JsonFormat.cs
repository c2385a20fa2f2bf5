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
    public sealed override WireMessage Encode(Notification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        return Encode(notification, notification.Id.ToString(), DateTimeOffset.FromUnixTimeMilliseconds(notification.At));
    }

    /// <inheritdoc />
    public sealed override WireMessage Reset(string channel, Position position) => Joined(channel, position.Epoch, position.Offset);

    /// <inheritdoc />
    public sealed override WireMessage Inbox(InboxNews news) => Inbox(json => InboxJson.WriteNews(json, news));

    /// <inheritdoc />
    public sealed override WireMessage Announcement(AnnouncementNews news) => Announcement(json => AnnouncementJson.WriteNews(json, news));

    /// <summary>Encodes the state of an inbox.</summary>
    /// <param name="fields">Writes the members.</param>
    protected abstract WireMessage Inbox(Action<Utf8JsonWriter> fields);

    /// <summary>Encodes the head of an announcement channel.</summary>
    /// <param name="fields">Writes the members.</param>
    protected abstract WireMessage Announcement(Action<Utf8JsonWriter> fields);

    /// <summary>Encodes a notification.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="id">Its publish id, as clients see it.</param>
    /// <param name="at">When the owner ordered it.</param>
    protected abstract WireMessage Encode(Notification notification, string id, DateTimeOffset at);

    /// <summary>Encodes that the client continues from a position, and that notifications before it are lost.</summary>
    protected abstract WireMessage Joined(string channel, string epoch, long offset);
}
