using Notify.Broker.Channels;

namespace Notify.Broker.Recovery;

/// <summary>What a <see cref="DeliveryLog"/> knows, as it travels to the node that the client has come to.</summary>
/// <param name="Channels">What is joined.</param>
/// <param name="Runs">What was last written, the oldest first.</param>
/// <param name="HasJoined">Whether anything was ever joined.</param>
/// <param name="HasMultipleChannels">Whether the client's strings say that it has more than one channel.</param>
/// <param name="IsComplete">Whether nothing that was written is forgotten.</param>
internal sealed record DeliveryLogState(IReadOnlyList<DeliveryLogState.Joined> Channels, IReadOnlyList<DeliveryRun> Runs, bool HasJoined, bool HasMultipleChannels, bool IsComplete)
{
    // Ids, numbers and lengths of an entry.
    private const int Overhead = 64;
    private const int MaxBytesPerChar = 3;

    /// <summary>The most bytes that it takes in a message.</summary>
    public long Size =>
        Channels.Sum(channel => Overhead + ((long)MaxBytesPerChar * channel.Channel.Length))
        + Runs.Sum(run => Overhead + ((long)MaxBytesPerChar * (run.Channel?.Length ?? 0)));

    /// <summary>A channel that is joined.</summary>
    /// <param name="Channel">Its name.</param>
    /// <param name="HasPositions">Whether the client recovers the channel by its own joins.</param>
    /// <param name="Position">What the client had before the oldest run; null while the join is not answered.</param>
    internal sealed record Joined(string Channel, bool HasPositions, Position? Position);
}
