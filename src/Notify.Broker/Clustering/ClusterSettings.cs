namespace Notify.Broker.Clustering;

/// <summary>Configures a node as a member of a cluster.</summary>
public sealed record ClusterSettings
{
    /// <summary>Gets the addresses of the first nodes, the same list in the same order on every node.</summary>
    public required IReadOnlyList<NodeAddress> Seeds { get; init; }

    /// <summary>Gets the address at which other nodes connect to this one.</summary>
    public required NodeAddress Self { get; init; }

    /// <summary>Gets the port, on the same host, for requests that other nodes forward.</summary>
    public int HttpPort { get; init; } = 4054;

    /// <summary>Gets the certificate of this node and the check of other nodes' certificates.</summary>
    public required NodeIdentity Identity { get; init; }

    /// <summary>Gets how long a node tries to join the cluster before it stops, in order to be restarted.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the maximum size of a message between nodes, in bytes.</summary>
    public int MaxFrame { get; init; } = 512 * 1024;

    /// <summary>Gets whether the cluster has two nodes, of which the older one continues alone.</summary>
    public bool IsPair => Seeds.Count == 2;

    /// <summary>
    /// Gets the number of nodes that must reach each other before anything is accepted: the majority of the seeds, so that a node that is
    /// cut off at its start does not become a cluster of its own.
    /// </summary>
    public int Majority => IsPair ? 1 : (Seeds.Count / 2) + 1;
}
