using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.JsonWebSocket;

namespace Notify.Server.JsonWebSocket;

/// <summary>The messages of the plain WebSocket. They say where the client stands, so a loss can be said too.</summary>
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
