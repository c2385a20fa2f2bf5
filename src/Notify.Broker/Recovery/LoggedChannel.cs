using Notify.Broker.Channels;

namespace Notify.Broker.Recovery;

/// <summary>One join of a channel, as the session's log knows it; a later join of the same channel is another one.</summary>
/// <param name="hasPositions">Whether the client is told the positions themselves, and so recovers the channel by its own joins.</param>
public sealed class LoggedChannel(bool hasPositions)
{
    /// <summary>Whether the client recovers the channel by its own joins.</summary>
    public bool HasPositions { get; } = hasPositions;

    /// <summary>What the client had of the channel before the oldest of what the log keeps; null until the join is answered.</summary>
    internal Position? Position { get; set; }

    /// <summary>Raises <see cref="Position"/> to what was written; what belongs to an earlier join is below it, or of another life.</summary>
    internal static Position? Raise(Position? position, DeliveryRun written) =>
        position is { } known && known.Epoch == written.Epoch && known.Offset < written.To ? known with { Offset = written.To } : position;
}
