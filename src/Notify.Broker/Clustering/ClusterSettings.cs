namespace Notify.Broker.Clustering;

/// <summary>What a node has to know to be one of several.</summary>
public sealed record ClusterSettings
{
    /// <summary>Where the first nodes are, the same list in the same order on every node.</summary>
    public required IReadOnlyList<NodeAddress> Seeds { get; init; }

    /// <summary>Where this node is dialled by the others.</summary>
    public required NodeAddress Self { get; init; }

    /// <summary>The port, at the same host, at which it takes requests that other nodes pass on.</summary>
    public int HttpPort { get; init; } = 4054;

    /// <summary>Who this node is, and whom it takes for a node.</summary>
    public required NodeIdentity Identity { get; init; }

    /// <summary>How long a node tries to become one of the cluster before it gives up, in order to be started again.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest message between nodes, in bytes.</summary>
    public int MaxFrame { get; init; } = 512 * 1024;

    /// <summary>Whether two nodes are meant, of which the older goes on alone.</summary>
    public bool IsPair => Seeds.Count == 2;

    /// <summary>
    /// How many nodes have to see each other before anything is accepted: the majority of the seeds, so that one that is cut off at
    /// the start does not become a cluster of its own.
    /// </summary>
    public int Majority => IsPair ? 1 : (Seeds.Count / 2) + 1;
}
