using System.Buffers;
using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Encodes the event for a client that joined with options: the notification, then its channel, epoch, offset, id and time.
/// </summary>
internal sealed class PositionedFormat : SocketIoFormat
{
    public static readonly PositionedFormat Instance = new();

    private PositionedFormat()
    {
    }

    public override WireMessage Encode(Notification notification)
    {
        var place = new ArrayBufferWriter<byte>(192);
        using (var json = new Utf8JsonWriter(place))
        {
            json.WriteStartObject();
            json.WriteString("channel"u8, notification.Channel);
            json.WriteString("epoch"u8, notification.Position.Epoch);
            json.WriteNumber("offset"u8, notification.Offset);
            json.WriteString("id"u8, notification.Id.ToString());
            json.WriteTime("at"u8, DateTimeOffset.FromUnixTimeMilliseconds(notification.At));
            json.WriteEndObject();
        }

        return SocketMessages.Notification(notification.Payload.Span, place.WrittenSpan);
    }
}
