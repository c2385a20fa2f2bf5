using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Tracing;

namespace Notify.Broker.Messages;

/// <summary>Requests the owner to order and store a notification; answered by <see cref="Published"/>.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The publish id.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
/// <param name="Key">The idempotency key, or null.</param>
public sealed record Publish(string Channel, PublishId Id, ReadOnlyMemory<byte> Payload, IdempotencyKey? Key = null) : IChannelMessage
{
    /// <summary>Gets the span of the publish; null for one that is not sampled.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>Gets the fields beside the notification, as a JSON object in UTF-8; empty for none.</summary>
    public ReadOnlyMemory<byte> Meta { get; init; }
}

/// <summary>Confirms that the notification was ordered, stored and passed to the relays, now or at its first publish.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The id of the confirmed publish.</param>
/// <param name="Notification">The id of the notification: that of the first publish with the same key.</param>
/// <param name="Position">The notification's position.</param>
public sealed record Published(string Channel, PublishId Id, PublishId Notification, Position Position) : IClusterMessage
{
    /// <summary>Gets the name of the owner's node in the answer to a publish with <see cref="Publish.Trace"/>; else null.</summary>
    public string? Owner { get; init; }
}

/// <summary>Refuses a publish that was not stored, because the owner's write backlog is full. An immediate retry would not help.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The publish id.</param>
public sealed record PublishRefused(string Channel, PublishId Id) : IClusterMessage;

/// <summary>
/// Sends a notification to the own room of a socket on the receiving node. There is no response: the notification is not stored, and the
/// socket may not exist.
/// </summary>
/// <param name="Socket">The socket's id.</param>
/// <param name="Id">The publish id.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
public sealed record SocketSend(string Socket, PublishId Id, ReadOnlyMemory<byte> Payload) : IClusterMessage
{
    /// <summary>Gets the fields beside the notification, as a JSON object in UTF-8; empty for none.</summary>
    public ReadOnlyMemory<byte> Meta { get; init; }
}
