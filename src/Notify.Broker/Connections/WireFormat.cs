using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// Encodes a subscription's messages. A format has no state and a single instance, so that a relay encodes a notification once for all
/// subscriptions with the same format.
/// </summary>
public abstract class WireFormat
{
    /// <summary>Encodes a notification.</summary>
    public abstract WireMessage Encode(Notification notification);

    /// <summary>
    /// Encodes a message about a gap, after which the channel continues from <paramref name="position"/>. Returns null when the format has
    /// no such message; the session is ended then.
    /// </summary>
    public virtual WireMessage? Reset(string channel, Position position) => null;

    /// <summary>Encodes the state of an inbox. Returns null when the format has no such message.</summary>
    /// <param name="news">The state.</param>
    public virtual WireMessage? Inbox(InboxNews news) => null;

    /// <summary>Encodes the head of an announcement channel. Returns null when the format has no such message.</summary>
    /// <param name="news">The head.</param>
    public virtual WireMessage? Announcement(AnnouncementNews news) => null;
}
