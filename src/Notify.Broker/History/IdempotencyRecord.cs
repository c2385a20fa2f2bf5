using Notify.Broker.Channels;

namespace Notify.Broker.History;

/// <summary>Holds the first result of an idempotent publish.</summary>
/// <param name="Id">The id of the publish.</param>
/// <param name="Position">The position of the notification, in the epoch at that time.</param>
public sealed record IdempotencyRecord(PublishId Id, Position Position);
