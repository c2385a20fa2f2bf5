using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>A part of a channel's history, oldest first, gapless.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that asked.</param>
/// <param name="JoinNumber">Its join.</param>
/// <param name="After">The offset that was asked for.</param>
/// <param name="From">The position that the page follows: the one asked for, or the floor when everything kept was asked for.</param>
/// <param name="Notifications">What follows it; null when a part of what was asked for is no longer kept.</param>
public sealed record HistoryPage(
    string Channel, RelayId Relay, long JoinNumber, long After, Position From, IReadOnlyList<Notification>? Notifications) : IRelayMessage;
