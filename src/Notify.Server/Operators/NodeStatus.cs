using Notify.Server.Troubles;

namespace Notify.Server.Operators;

/// <summary>Describes one node for an operator.</summary>
public sealed record NodeStatus
{
    /// <summary>Gets the name of the node.</summary>
    public required string Node { get; init; }

    /// <summary>Gets the version of the server.</summary>
    public required string Version { get; init; }

    /// <summary>Gets when the process started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets the state: <c>ok</c>, <c>starting</c>, <c>draining</c> or <c>no_quorum</c>.</summary>
    public required string State { get; init; }

    /// <summary>Gets what is wrong on the node now.</summary>
    public IReadOnlyList<CurrentTrouble> Reasons { get; init; } = [];

    /// <summary>Gets the number of open connections by protocol.</summary>
    public required IReadOnlyDictionary<string, long> Connections { get; init; }

    /// <summary>Gets the number of channels that this node owns.</summary>
    public required long Channels { get; init; }

    /// <summary>Gets the number of channels that clients of this node have joined.</summary>
    public required long Joined { get; init; }

    /// <summary>Gets the number of subscriptions of these clients.</summary>
    public required long Subscriptions { get; init; }

    /// <summary>Gets the number of shards of channels on this node.</summary>
    public required long Shards { get; init; }

    /// <summary>Gets the number of members of the cluster that this node reaches, itself included.</summary>
    public required long Members { get; init; }

    /// <summary>Gets the number of members that this node does not reach.</summary>
    public required long Unreachable { get; init; }

    /// <summary>Gets the memory of the process, in bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Gets the number of processor cores that the process used in the last second.</summary>
    public required double Cpu { get; init; }

    /// <summary>Gets the requests to publish a second that were accepted, in the last second.</summary>
    public required double Sends { get; init; }

    /// <summary>Gets the deliveries a second, in the last second.</summary>
    public required double Deliveries { get; init; }

    /// <summary>Gets the size of the largest send queue, in bytes.</summary>
    public required long QueueLargest { get; init; }

    /// <summary>Gets the last seconds, the oldest first; empty unless they were asked for.</summary>
    public IReadOnlyList<ActivityPoint> Points { get; init; } = [];
}
