using Notify.Broker.Channels;

namespace Notify.Broker.Sending;

/// <summary>Holds the result of a publish to one channel.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The id of the notification: that of the first publish with the same key.</param>
/// <param name="Position">The notification's position; null in a socket's own room, whose notifications are not stored.</param>
/// <param name="IsDuplicate">Whether an earlier publish with the same key was stored, and this one was not.</param>
public sealed record SendResult(string Channel, PublishId Id, Position? Position, bool IsDuplicate = false);
