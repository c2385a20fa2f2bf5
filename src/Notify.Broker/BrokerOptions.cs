using Notify.Broker.Clustering;

namespace Notify.Broker;

/// <summary>The limits and times that the actors work by.</summary>
public sealed record BrokerOptions
{
    /// <summary>How many notifications a channel keeps, by count.</summary>
    public int HistorySize { get; init; } = 100;

    /// <summary>How long a notification is kept.</summary>
    public TimeSpan HistoryTtl { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What the histories of this node may cost together, in bytes; the oldest go first.</summary>
    public long MemoryMax { get; init; } = 256L << 20;

    /// <summary>How long a send may wait for its channel, and be asked again meanwhile.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a relay waits before it sends a join or a read again.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many joins a relay may have under way, so that a node that is lost does not have all its channels joined elsewhere at once.</summary>
    public int MaxJoinsUnderWay { get; init; } = 1_000;

    /// <summary>How often a node compares with each other one what both know of the joins between them.</summary>
    public TimeSpan ExchangeInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a join may stay unanswered before its client hears that the channel is unavailable.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a channel without relays and history stays in memory.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many such channels stay at most.</summary>
    public int MaxIdleChannels { get; init; } = 50_000;

    /// <summary>How often the channels of a node are looked through for what is idle, too old or too much.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many relays a node has; the channels are spread over them by name.</summary>
    public int RelayStripes { get; init; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>What one relay stripe may have to deliver before senders wait, in bytes.</summary>
    public long RelayCredit { get; init; } = 64L << 20;

    /// <summary>How many channels one connection may have joined.</summary>
    public int MaxJoins { get; init; } = 10_000;

    /// <summary>How many channels all connections of this node together may have joined.</summary>
    public long MaxSubscriptions { get; init; } = long.MaxValue;

    /// <summary>How many channels may have subscribers on this node.</summary>
    public int MaxChannels { get; init; } = int.MaxValue;

    /// <summary>How many shards the channels are spread over. A part of the protocol between nodes: the same everywhere, for ever.</summary>
    public int ShardCount { get; init; } = 100;

    /// <summary>How this node is one of several; null when it is alone.</summary>
    public ClusterSettings? Cluster { get; init; }
}
