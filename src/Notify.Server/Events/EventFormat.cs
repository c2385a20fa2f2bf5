using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.Events;
using Notify.Server.Sessions;

namespace Notify.Server.Events;

/// <summary>Encodes the events of a stream, without the <c>id</c> line, which differs for each stream.</summary>
internal sealed class EventFormat : JsonFormat
{
    public static readonly EventFormat Instance = new();

    private EventFormat()
    {
    }

    protected override WireMessage Encode(Notification notification, string id, DateTimeOffset at) => EventMessages.Notification(
        notification.Channel,
        notification.Position.Epoch,
        notification.Offset,
        id,
        at,
        notification.Payload.Span,
        notification.Meta.Span);

    protected override WireMessage Joined(string channel, string epoch, long offset) =>
        EventMessages.Joined(channel, epoch, offset, recovered: false);

    protected override WireMessage Inbox(Action<Utf8JsonWriter> fields) => EventMessages.Inbox(fields);

    protected override WireMessage Announcement(Action<Utf8JsonWriter> fields) => EventMessages.Announcement(fields);
}
