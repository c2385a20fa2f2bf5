using Notify.Broker.Clustering;

namespace Notify.Server.Options;

/// <summary>How this node is one of several.</summary>
public sealed record ClusterOptions
{
    /// <summary>The port of the actors when nothing is said.</summary>
    public const int DefaultPort = 4053;

    /// <summary><c>NOTIFY_CLUSTER_SEEDS</c>: where the first nodes are dialled; empty for a node that is alone.</summary>
    public IReadOnlyList<NodeAddress> Seeds { get; init; } = [];

    /// <summary><c>NOTIFY_CLUSTER_HOST</c>: how the others dial this node; null for the name of this host.</summary>
    public string? Host { get; init; }

    /// <summary><c>NOTIFY_CLUSTER_PORT</c>: the port of the actors, 1 to 65535.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary><c>NOTIFY_CLUSTER_HTTP_PORT</c>: the port for requests that other nodes pass on, 1 to 65535.</summary>
    public int HttpPort { get; init; } = 4054;

    /// <summary><c>NOTIFY_CLUSTER_SECRET</c>: what all nodes know and nobody else; empty when it is not set.</summary>
    public string Secret { get; init; } = "";

    /// <summary><c>NOTIFY_CLUSTER_TLS_CERT</c>: the path of this node's certificate, PEM; null for one that follows from the secret.</summary>
    public string? CertificatePath { get; init; }

    /// <summary><c>NOTIFY_CLUSTER_TLS_KEY</c>: the path of its key, PEM.</summary>
    public string? KeyPath { get; init; }

    /// <summary><c>NOTIFY_CLUSTER_TLS_CA</c>: the path of the authorities that sign the nodes' certificates, PEM.</summary>
    public string? AuthorityPath { get; init; }

    /// <summary><c>NOTIFY_CLUSTER_TWO</c>: whether a cluster of two is meant.</summary>
    public bool IsPairAllowed { get; init; }

    /// <summary>Whether this node is one of several.</summary>
    public bool IsClustered => Seeds.Count > 0;

    /// <summary>Where this node is dialled by the others.</summary>
    public NodeAddress Self => new(Host ?? System.Net.Dns.GetHostName(), Port);

    /// <summary>Without the secret, so that it cannot get into a log by accident.</summary>
    public override string ToString() => nameof(ClusterOptions);
}
