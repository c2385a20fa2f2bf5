using Notify.Broker.History;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Requests missed notifications for a relay, the sender; answered by <see cref="HistoryPage"/>. Retried until answered.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="After">The relay's offset; <see cref="Earliest"/> for all stored notifications.</param>
/// <param name="UpTo">The last missing offset.</param>
public sealed record ReadHistory(string Channel, RelayId Relay, long JoinNumber, long After, long UpTo) : IChannelMessage
{
    /// <summary>The value of <see cref="After"/> that requests all stored notifications.</summary>
    public const long Earliest = StoredPage.Earliest;
}
