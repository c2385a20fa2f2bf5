using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>A part of a channel's history, as a backend asked for it.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Head">The position of the newest notification.</param>
/// <param name="From">The position that the notifications follow; the head when they are lost.</param>
/// <param name="Notifications">What follows it, oldest first, gapless; null when a part of what was asked for is not known or no longer kept.</param>
public sealed record FetchedHistory(string Channel, Position Head, Position From, IReadOnlyList<Notification>? Notifications) : IClusterMessage;
