using System.Text.Json;

namespace Notify.Client;

/// <summary>Represents a message of the server on a WebSocket: the members of all kinds of messages.</summary>
internal sealed record ServerMessage
{
    public string Type { get; init; } = "";

    public string? Channel { get; init; }

    public string? Epoch { get; init; }

    public long Offset { get; init; }

    /// <summary>Gets the id of the publish, or that of the request that this answers.</summary>
    public JsonElement Id { get; init; }

    public DateTimeOffset At { get; init; }

    public JsonElement Data { get; init; }

    public bool Recovered { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    public double? ReconnectAfterMs { get; init; }

    /// <summary>Gets the position; null for a notification to one connection.</summary>
    public NotifyPosition? Position => string.IsNullOrEmpty(Epoch) ? null : new NotifyPosition(Epoch, Offset);

    /// <summary>Gets whether this answers a request with a new token.</summary>
    public bool IsAboutToken => Id.ValueKind == JsonValueKind.Number;

    /// <summary>Gets the channel that this is about; null for none.</summary>
    public string? About => Channel ?? (Id.ValueKind == JsonValueKind.String ? Id.GetString() : null);

    /// <summary>Gets the connection's id.</summary>
    public string? Connection { get; init; }

    public Notification ToNotification() =>
        new(Channel ?? "", Id.ValueKind == JsonValueKind.String ? Id.GetString()! : "", At, Position, Data);
}
