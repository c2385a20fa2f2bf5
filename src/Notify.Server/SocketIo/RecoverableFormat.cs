using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Encodes the event for sessions that can be recovered: the notification, then its position as a string. Stock clients store the last
/// string at the end of an event, so no other string may be there. A notification to the socket's own room has no position and ends with
/// null.
/// </summary>
internal sealed class RecoverableFormat : SocketIoFormat
{
    public static readonly RecoverableFormat Instance = new();

    private RecoverableFormat()
    {
    }

    public override WireMessage Encode(Notification notification) =>
        notification.Position is { Epoch: { Length: > 0 } epoch, Offset: var offset }
        ? SocketMessages.Notification(notification.Payload.Span, notification.Channel, epoch, offset)
        : SocketMessages.Notification(notification.Payload.Span, "null"u8);
}
