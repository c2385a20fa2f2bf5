using System.Text.Json.Serialization;
using Notify.Broker;

namespace Notify.Benchmarks.Scale;

/// <summary>Configures a simulation.</summary>
internal sealed record ScaleOptions
{
    /// <summary>Gets the sizes of the clusters, each of which is simulated.</summary>
    public required IReadOnlyList<int> Nodes { get; init; }

    /// <summary>Gets the number of channels, one for each user.</summary>
    public required long Channels { get; init; }

    /// <summary>Gets the number of connections, each of which joins one channel.</summary>
    public required long Connections { get; init; }

    /// <summary>Gets which part of the channels and connections runs: one of so many.</summary>
    public required int Sample { get; init; }

    /// <summary>Gets the notifications per second in the whole cluster. They are not sampled.</summary>
    public required double Rate { get; init; }

    /// <summary>Gets the notifications per second to the channel that has listeners on all nodes.</summary>
    public double HotRate { get; init; } = 100;

    /// <summary>Gets how long a connection lasts on average before its client reconnects to any node, in seconds.</summary>
    public required double Lifetime { get; init; }

    /// <summary>Gets the length of a notification, in bytes.</summary>
    public int Bytes { get; init; } = 200;

    /// <summary>Gets the number of shards.</summary>
    public int Shards { get; init; } = new BrokerOptions().ShardCount;

    /// <summary>Gets the time in which everybody joins, in seconds.</summary>
    public int JoinSeconds { get; init; } = 30;

    /// <summary>Gets how long a message between nodes takes, in milliseconds.</summary>
    public int Latency { get; init; } = 1;

    /// <summary>Gets the seed of all random choices.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Gets the file for the report as JSON; null for none.</summary>
    [JsonIgnore]
    public FileInfo? Json { get; init; }

    /// <summary>Gets the number of channels that run.</summary>
    public int SampledChannels => (int)(Channels / Sample);

    /// <summary>Gets the number of connections that run.</summary>
    public int SampledConnections => (int)(Connections / Sample);
}
