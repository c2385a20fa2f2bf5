using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.JsonWebSocket;

namespace Notify.Server.JsonWebSocket;

/// <summary>Encodes the messages of the JSON WebSocket. They include the client's position, so a client can detect a gap.</summary>
internal sealed class JsonWebSocketFormat : WireFormat
{
    public static readonly JsonWebSocketFormat Instance = new();

    private JsonWebSocketFormat()
    {
    }

    public override WireMessage Encode(Notification notification) => JsonWebSocketMessages.Notification(
        notification.Channel,
        notification.Position.Epoch,
        notification.Offset,
        notification.Id.ToString(),
        DateTimeOffset.FromUnixTimeMilliseconds(notification.At),
        notification.Payload.Span);

    public override WireMessage Reset(string channel, Position position) =>
        JsonWebSocketMessages.Joined(channel, position.Epoch, position.Offset, recovered: false, id: default);
}
