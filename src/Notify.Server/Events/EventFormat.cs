using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.Events;

namespace Notify.Server.Events;

/// <summary>Encodes the events of a stream, without the <c>id</c> line, which differs for each stream.</summary>
internal sealed class EventFormat : WireFormat
{
    public static readonly EventFormat Instance = new();

    private EventFormat()
    {
    }

    public override WireMessage Encode(Notification notification) => EventMessages.Notification(
        notification.Channel,
        notification.Position.Epoch,
        notification.Offset,
        notification.Id.ToString(),
        DateTimeOffset.FromUnixTimeMilliseconds(notification.At),
        notification.Payload.Span);

    public override WireMessage Reset(string channel, Position position) =>
        EventMessages.Joined(channel, position.Epoch, position.Offset, recovered: false);
}
