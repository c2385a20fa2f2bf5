using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>Returns a part of a channel's history to a backend.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Head">The position of the newest notification.</param>
/// <param name="From">The position before the notifications; the head when they are lost.</param>
/// <param name="Notifications">The notifications, oldest first, without gaps; null when a requested part is unknown or no longer
/// stored.</param>
public sealed record FetchedHistory(
    string Channel, Position Head, Position From, IReadOnlyList<Notification>? Notifications) : IClusterMessage;
