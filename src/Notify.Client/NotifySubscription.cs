namespace Notify.Client;

/// <summary>Describes what to listen to. Each subscription has a connection of its own.</summary>
public sealed class NotifySubscription
{
    /// <summary>Creates a subscription.</summary>
    /// <param name="channels">The channels: at least one.</param>
    public NotifySubscription(params IEnumerable<string> channels)
    {
        ArgumentNullException.ThrowIfNull(channels);
        Channels = [.. channels.Distinct(StringComparer.Ordinal)];
        if (Channels.Count == 0 || Channels.Contains(null!))
        {
            throw new ArgumentException("A subscription needs at least one channel, and no null.", nameof(channels));
        }
    }

    /// <summary>Gets the channels.</summary>
    public IReadOnlyList<string> Channels { get; }

    /// <summary>Gets where to begin in channels that <see cref="Positions"/> does not contain.</summary>
    public NotifyStart Start { get; init; } = NotifyStart.Now;

    /// <summary>Gets the positions after which to begin, by channel: those of the last notifications that were handled.</summary>
    public IReadOnlyDictionary<string, NotifyPosition> Positions { get; init; } = new Dictionary<string, NotifyPosition>();

    /// <summary>
    /// Gets the function that is called when notifications of a channel are no longer stored. Load the state from your own database in it:
    /// it is awaited before the listener returns the notifications that follow.
    /// </summary>
    public Func<HistoryLost, CancellationToken, ValueTask>? OnHistoryLost { get; init; }

    /// <summary>
    /// Gets the function that is called when the connection changes, on a thread of the pool. It must return quickly.
    /// </summary>
    public Action<ListenStatus>? OnStatus { get; init; }

    /// <summary>
    /// Gets the number of notifications that are received before they are asked for. A reader that falls behind by more than that, and by
    /// more than the server's <c>NOTIFY_MAX_QUEUE</c>, is disconnected, and continues from its position.
    /// </summary>
    public int Buffer { get; init; } = 256;
}
