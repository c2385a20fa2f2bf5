using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Protocol;
using Notify.Server.Inboxes;

namespace Notify.Server.SocketIo;

/// <summary>
/// Encodes the events that all Socket.IO clients have in common: <c>INBOX</c>, with the state of an inbox, and <c>ANNOUNCEMENT</c>, with
/// the head of an announcement channel.
/// </summary>
internal abstract class SocketIoFormat : WireFormat
{
    /// <inheritdoc />
    public sealed override WireMessage Inbox(InboxNews news) => SocketEvents.Event("INBOX", json => InboxJson.WriteNews(json, news));

    /// <inheritdoc />
    public sealed override WireMessage Announcement(AnnouncementNews news) =>
        SocketEvents.Event("ANNOUNCEMENT", json => AnnouncementJson.WriteNews(json, news));
}
