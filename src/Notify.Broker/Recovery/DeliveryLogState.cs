using Notify.Broker.Channels;

namespace Notify.Broker.Recovery;

/// <summary>Holds the state of a <see cref="DeliveryLog"/> for its transfer to another node.</summary>
/// <param name="Channels">The joined channels.</param>
/// <param name="Runs">The last written notifications, the oldest first.</param>
/// <param name="HasJoined">Whether the session ever joined a channel.</param>
/// <param name="HasMultipleChannels">Whether the client's strings state that it has more than one channel.</param>
/// <param name="IsComplete">Whether the log contains everything that was ever written.</param>
internal sealed record DeliveryLogState(
    IReadOnlyList<DeliveryLogState.Joined> Channels,
    IReadOnlyList<DeliveryRun> Runs,
    bool HasJoined,
    bool HasMultipleChannels,
    bool IsComplete)
{
    // The ids, numbers and lengths of an entry.
    private const int Overhead = 64;
    private const int MaxBytesPerChar = 3;

    /// <summary>Gets the maximum size of the state in a message.</summary>
    public long Size =>
        Channels.Sum(channel => Overhead + ((long)MaxBytesPerChar * channel.Channel.Length))
        + Runs.Sum(run => Overhead + ((long)MaxBytesPerChar * (run.Channel?.Length ?? 0)));

    /// <summary>Represents a joined channel.</summary>
    /// <param name="Channel">Its name.</param>
    /// <param name="HasPositions">Whether the client recovers the channel by its own joins.</param>
    /// <param name="Position">The client's position before the oldest run; null while the join is under way.</param>
    internal sealed record Joined(string Channel, bool HasPositions, Position? Position);
}
