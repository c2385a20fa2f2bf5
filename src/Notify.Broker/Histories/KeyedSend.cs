using Notify.Broker.Channels;

namespace Notify.Broker.Histories;

/// <summary>The first result of a send with a key.</summary>
/// <param name="Id">The identity that the send got.</param>
/// <param name="Position">Its place, in the life of the channel at that time.</param>
public sealed record KeyedSend(SendId Id, Position Position);
