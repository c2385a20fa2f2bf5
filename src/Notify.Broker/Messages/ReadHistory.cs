using Notify.Broker.History;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>A relay, the sender, asks for what it missed; answered by <see cref="HistoryPage"/>. Sent again until answered.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">Its join.</param>
/// <param name="After">The offset that it has; <see cref="Earliest"/> for everything that is kept.</param>
/// <param name="UpTo">The last offset that it misses.</param>
public sealed record ReadHistory(string Channel, RelayId Relay, long JoinNumber, long After, long UpTo) : IChannelMessage
{
    /// <summary>As <see cref="After"/>: everything that is kept.</summary>
    public const long Earliest = StoredPage.Earliest;
}
