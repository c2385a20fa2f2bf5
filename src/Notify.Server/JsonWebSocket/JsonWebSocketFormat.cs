using System.Text.Json;
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

    protected override WireMessage Notification(
        string channel, string epoch, long offset, string id, DateTimeOffset at, ReadOnlySpan<byte> data) =>
        JsonWebSocketMessages.Notification(channel, epoch, offset, id, at, data);

    protected override WireMessage Joined(string channel, string epoch, long offset) =>
        JsonWebSocketMessages.Joined(channel, epoch, offset, recovered: false, id: default);

    protected override WireMessage Inbox(Action<Utf8JsonWriter> fields) => JsonWebSocketMessages.Inbox(fields);
}
