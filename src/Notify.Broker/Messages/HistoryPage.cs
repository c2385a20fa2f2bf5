using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Returns a part of a channel's history, oldest first, without gaps.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that requested it.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="After">The requested offset.</param>
/// <param name="From">The position before the page: the requested one, or the floor when the whole history was requested.</param>
/// <param name="Notifications">The notifications; null when a requested part is no longer stored.</param>
public sealed record HistoryPage(
    string Channel, RelayId Relay, long JoinNumber, long After, Position From, IReadOnlyList<Notification>? Notifications) : IRelayMessage;
