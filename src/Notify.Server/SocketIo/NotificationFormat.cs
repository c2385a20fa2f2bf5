using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>Encodes the event of the original server: <c>NEW_NOTIFICATION</c> with the notification as its only argument.</summary>
internal sealed class NotificationFormat : SocketIoFormat
{
    public static readonly NotificationFormat Instance = new();

    private NotificationFormat()
    {
    }

    public override WireMessage Encode(Notification notification) => SocketMessages.Notification(notification.Payload.Span);
}
