using Notify.Broker.Channels;

namespace Notify.Broker.Sending;

/// <summary>What became of a send to one channel.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The identity of the notification: that of the first send with the same key.</param>
/// <param name="Position">Its place; null in a socket's own room, where nothing is kept.</param>
public sealed record SendResult(string Channel, PublishId Id, Position? Position);
