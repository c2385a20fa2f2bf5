using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Protocol;
using Notify.Protocol.JsonWebSocket;
using Notify.Server.Sessions;

namespace Notify.Server.JsonWebSocket;

/// <summary>Encodes the messages of the JSON WebSocket.</summary>
internal sealed class JsonWebSocketFormat : JsonFormat
{
    public static readonly JsonWebSocketFormat Instance = new();

    private JsonWebSocketFormat()
    {
    }

    protected override WireMessage Encode(Notification notification, string id, DateTimeOffset at) => JsonWebSocketMessages.Notification(
        notification.Channel,
        notification.Position.Epoch,
        notification.Offset,
        id,
        at,
        notification.Payload.Span,
        notification.Meta.Span,
        notification.IsGone);

    protected override WireMessage Joined(string channel, string epoch, long offset) =>
        JsonWebSocketMessages.Joined(channel, epoch, offset, recovered: false, id: default);

    protected override WireMessage Inbox(Action<Utf8JsonWriter> fields) => JsonWebSocketMessages.Inbox(fields);

    protected override WireMessage Announcement(Action<Utf8JsonWriter> fields) => JsonWebSocketMessages.Announcement(fields);
}
