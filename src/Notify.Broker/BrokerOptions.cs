using Notify.Broker.Clustering;

namespace Notify.Broker;

/// <summary>Configures the limits and timeouts of the actors.</summary>
public sealed record BrokerOptions
{
    /// <summary>Gets the options of channels.</summary>
    public ChannelOptions Channels { get; init; } = new();

    /// <summary>
    /// Gets <c>NOTIFY_MEMORY_MAX</c>: the maximum cost of this node's histories together, in bytes, 1 MB to 1 TB. The oldest notifications
    /// are removed first.
    /// </summary>
    public long MemoryMax { get; init; } = 256L << 20;

    /// <summary>
    /// Gets <c>NOTIFY_MAX_BODY</c>: the maximum size of the body of a publish in bytes, decompressed, 1 to 1 MB. A longer body is answered
    /// with 413.
    /// </summary>
    public int MaxBody { get; init; } = 100 * 1024;

    /// <summary>
    /// Gets <c>NOTIFY_TRAIL_MAX</c>: the memory for what a node remembers of recent notifications, in bytes, up to 1 GB; 0 for nothing. The
    /// oldest are forgotten first.
    /// </summary>
    public long TrailMax { get; init; } = 32L << 20;

    /// <summary>Gets the maximum size of a message between nodes, in bytes. A larger message would be lost without an error.</summary>
    public int MaxFrame => Math.Max(512 * 1024, (2 * MaxBody) + (64 * 1024));

    /// <summary>Gets how long a relay waits before it retries a join or a read.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets the maximum number of joins that a relay has under way, so that after the loss of a node its channels are not all joined at
    /// once.
    /// </summary>
    public int MaxJoinsUnderWay { get; init; } = 1_000;

    /// <summary>Gets the interval of the anti-entropy between this node and each other one.</summary>
    public TimeSpan ExchangeInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets how long a join may stay unanswered before its client receives the error that the channel is unavailable.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets how long a channel without relays and history stays in memory.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the maximum number of such channels.</summary>
    public int MaxIdleChannels { get; init; } = 50_000;

    /// <summary>Gets the interval at which a node checks its channels for idle ones and for notifications to remove.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the number of relays of a node. Channels are assigned to them by name.</summary>
    public int RelayStripes { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>Gets the undelivered bytes of one relay from which publishers wait.</summary>
    public long RelayCredit { get; init; } = 64L << 20;

    /// <summary>
    /// Gets <c>NOTIFY_MAX_JOINS</c>: the maximum number of channels that one connection may have joined. Further joins are answered with
    /// <c>limit</c>.
    /// </summary>
    public int MaxJoins { get; init; } = 10_000;

    /// <summary>Gets the maximum number of subscriptions of all connections of this node together.</summary>
    public long MaxSubscriptions { get; init; } = long.MaxValue;

    /// <summary>Gets the maximum number of channels with subscribers on this node.</summary>
    public int MaxChannels { get; init; } = int.MaxValue;

    /// <summary>
    /// Gets the number of shards of the channels. It is a part of the protocol between nodes, and must never differ between them.
    /// </summary>
    public int ShardCount { get; init; } = 100;

    /// <summary>Gets the settings of the cluster.</summary>
    public ClusterSettings Cluster { get; init; } = new();
}
