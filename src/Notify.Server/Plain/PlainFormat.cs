using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.Plain;

namespace Notify.Server.Plain;

/// <summary>The messages of the plain WebSocket. They say where the client stands, so a loss can be said too.</summary>
internal sealed class PlainFormat : WireFormat
{
    public static readonly PlainFormat Instance = new();

    private PlainFormat()
    {
    }

    public override WireMessage Encode(Notification notification) => PlainMessages.Notification(
        notification.Channel,
        notification.Position.Epoch,
        notification.Offset,
        notification.Id.ToString(),
        DateTimeOffset.FromUnixTimeMilliseconds(notification.At),
        notification.Payload.Span);

    public override WireMessage Reset(string channel, Position position) =>
        PlainMessages.Joined(channel, position.Epoch, position.Offset, recovered: false, id: default);
}
