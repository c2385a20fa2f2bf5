using Notify.Broker.Channels;

namespace Notify.Broker.Recovery;

/// <summary>Represents one join of a channel in the session's log. A later join of the same channel is a new one.</summary>
/// <param name="hasPositions">Whether the client receives the positions itself, and so recovers the channel with its own joins.</param>
public sealed class LoggedChannel(bool hasPositions)
{
    /// <summary>Gets whether the client recovers the channel with its own joins.</summary>
    public bool HasPositions { get; } = hasPositions;

    /// <summary>
    /// Gets or sets the client's position in the channel before the oldest run of the log; null while the join is under way.
    /// </summary>
    internal Position? Position { get; set; }

    /// <summary>Raises <see cref="Position"/> to a written run. Runs of an earlier join are below it, or in another epoch.</summary>
    internal static Position? Raise(Position? position, DeliveryRun written) =>
        position is { } known && known.Epoch == written.Epoch && known.Offset < written.To ? known with { Offset = written.To } : position;
}
