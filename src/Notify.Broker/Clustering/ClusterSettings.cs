namespace Notify.Broker.Clustering;

/// <summary>Configures a node as a member of a cluster. Without seeds it is a single node.</summary>
public sealed record ClusterSettings
{
    /// <summary>The default port of the actor system.</summary>
    public const int DefaultPort = 4053;

    /// <summary>
    /// Gets <c>NOTIFY_CLUSTER_SEEDS</c>: the addresses of the first nodes, the same list in the same order on every node; empty without a
    /// cluster.
    /// </summary>
    public IReadOnlyList<NodeAddress> Seeds { get; init; } = [];

    /// <summary>
    /// Gets <c>NOTIFY_CLUSTER_HOST</c>: the name or address at which other nodes connect to this one; null for the name of this host.
    /// </summary>
    public string? Host { get; init; }

    /// <summary>Gets <c>NOTIFY_CLUSTER_PORT</c>: the port of the actor system, 1 to 65535.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>
    /// Gets <c>NOTIFY_CLUSTER_HTTP_PORT</c>: the port, on the same host, for requests that other nodes forward, 1 to 65535.
    /// </summary>
    public int HttpPort { get; init; } = 4054;

    /// <summary>Gets <c>NOTIFY_CLUSTER_SECRET</c>: the shared secret of all nodes; empty when it is not set.</summary>
    public string Secret { get; init; } = "";

    /// <summary>
    /// Gets <c>NOTIFY_CLUSTER_TLS_CERT</c>: the path of this node's certificate, PEM; null for a certificate that is derived from the
    /// secret.
    /// </summary>
    public string? CertificatePath { get; init; }

    /// <summary>Gets <c>NOTIFY_CLUSTER_TLS_KEY</c>: the path of its key, PEM.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Gets <c>NOTIFY_CLUSTER_TLS_CA</c>: the path of the authorities that sign the nodes' certificates, PEM.</summary>
    public string? AuthorityPath { get; init; }

    /// <summary>Gets <c>NOTIFY_CLUSTER_TWO</c>: whether a cluster of two nodes is intended.</summary>
    public bool IsPairAllowed { get; init; }

    /// <summary>Gets how long a node tries to join the cluster before it stops, in order to be restarted.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets whether this node is a member of a cluster.</summary>
    public bool IsClustered => Seeds.Count > 0;

    /// <summary>Gets the address at which other nodes connect to this one.</summary>
    public NodeAddress Self => new(Host ?? System.Net.Dns.GetHostName(), Port);

    /// <summary>Gets whether the cluster has two nodes, of which the older one continues alone.</summary>
    public bool IsPair => Seeds.Count == 2;

    /// <summary>
    /// Gets the number of nodes that must reach each other before anything is accepted: the majority of the seeds, so that a node that is
    /// cut off at its start does not become a cluster of its own.
    /// </summary>
    public int Majority => IsPair ? 1 : (Seeds.Count / 2) + 1;

    /// <summary>Creates the identity of this node from its files, or from the secret.</summary>
    public NodeIdentity OpenIdentity() =>
        this is { CertificatePath: { } certificate, KeyPath: { } key, AuthorityPath: { } authority }
            ? NodeIdentity.FromFiles(certificate, key, authority)
            : NodeIdentity.FromSecret(Secret);

    /// <summary>Returns only the type's name, so that the secret is never logged by accident.</summary>
    public override string ToString() => nameof(ClusterSettings);
}
