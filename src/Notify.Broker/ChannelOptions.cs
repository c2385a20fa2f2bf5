namespace Notify.Broker;

/// <summary>Configures channels: their history, and the publishes to them. The actors and the stores share it.</summary>
public sealed record ChannelOptions
{
    /// <summary>
    /// Gets <c>NOTIFY_HISTORY_SIZE</c>: the number of notifications to store in each channel, 0 to 100000. Very recent notifications are
    /// not removed to meet it.
    /// </summary>
    public int HistorySize { get; init; } = 100;

    /// <summary>Gets <c>NOTIFY_HISTORY_TTL</c>: how long a notification is stored, 1 second to 3650 days.</summary>
    public TimeSpan HistoryTtl { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Gets <c>NOTIFY_SEND_TIMEOUT</c>: how long a publish may wait for its channel, 100 ms to 1 minute. It is retried during this time.
    /// </summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how long a publish may be retried. The next owner of the channel must recognize it for this time.</summary>
    public TimeSpan SendWindow => 2 * SendTimeout;
}
