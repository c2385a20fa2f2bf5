using System.Buffers;
using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Server.SocketIo;

/// <summary>
/// Encodes the event for a client that joined with options: the notification, then its channel, epoch, offset, id, time and fields.
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
            if (!notification.Meta.IsEmpty)
            {
                json.WritePropertyName("meta"u8);
                json.WriteRawValue(notification.Meta.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return SocketMessages.Notification(notification.Payload.Span, place.WrittenSpan);
    }
}
