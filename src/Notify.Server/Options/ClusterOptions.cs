using Notify.Broker.Clustering;

namespace Notify.Server.Options;

/// <summary>Configures this node as a member of a cluster.</summary>
public sealed record ClusterOptions
{
    /// <summary>The default port of the actor system.</summary>
    public const int DefaultPort = 4053;

    /// <summary>Gets <c>NOTIFY_CLUSTER_SEEDS</c>: the addresses of the first nodes; empty without a cluster.</summary>
    public IReadOnlyList<NodeAddress> Seeds { get; init; } = [];

    /// <summary>
    /// Gets <c>NOTIFY_CLUSTER_HOST</c>: the name or address at which other nodes connect to this one; null for the name of this host.
    /// </summary>
    public string? Host { get; init; }

    /// <summary>Gets <c>NOTIFY_CLUSTER_PORT</c>: the port of the actor system, 1 to 65535.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Gets <c>NOTIFY_CLUSTER_HTTP_PORT</c>: the port for requests that other nodes forward, 1 to 65535.</summary>
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

    /// <summary>Gets whether this node is a member of a cluster.</summary>
    public bool IsClustered => Seeds.Count > 0;

    /// <summary>Gets the address at which other nodes connect to this one.</summary>
    public NodeAddress Self => new(Host ?? System.Net.Dns.GetHostName(), Port);

    /// <summary>Returns only the type's name, so that the secret is never logged by accident.</summary>
    public override string ToString() => nameof(ClusterOptions);
}
