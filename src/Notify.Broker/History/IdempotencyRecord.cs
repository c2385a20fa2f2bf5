using Notify.Broker.Channels;

namespace Notify.Broker.History;

/// <summary>The first result of a send with a key.</summary>
/// <param name="Id">The identity that the send got.</param>
/// <param name="Position">Its place, in the life of the channel at that time.</param>
public sealed record IdempotencyRecord(PublishId Id, Position Position);
