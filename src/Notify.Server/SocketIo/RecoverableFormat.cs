using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// The event for sessions that can be recovered: the notification, then its position as a string. Stock clients keep the last string
/// that ends an event, so none may end with another: what has no position, because it went to the socket's own room, ends with null.
/// </summary>
internal sealed class RecoverableFormat : WireFormat
{
    public static readonly RecoverableFormat Instance = new();

    private RecoverableFormat()
    {
    }

    public override WireMessage Encode(Notification notification) => notification.Position is { Epoch: { Length: > 0 } epoch, Offset: var offset }
        ? SocketMessages.Notification(notification.Payload.Span, notification.Channel, epoch, offset)
        : SocketMessages.Notification(notification.Payload.Span, "null"u8);
}
