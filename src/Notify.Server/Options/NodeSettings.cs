using Notify.Broker.Clustering;

namespace Notify.Server.Options;

/// <summary>Lists the settings of a node in a cluster. They are part of <see cref="SettingTable"/>.</summary>
internal static class NodeSettings
{
    /// <summary>Gets the settings, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<IReadOnlyList<NodeAddress>>(
            SettingKinds.Nodes,
            o => o.Broker.Cluster.Seeds,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { Seeds = v } } })
        {
            Name = "NOTIFY_CLUSTER_SEEDS",
            Effect = "The first nodes of the cluster, the same list on each node. Without it the node runs alone.",
            Example = "notify-1:4053,notify-2:4053,notify-3:4053",
        },
        new Setting<string?>(
            SettingKinds.Name,
            o => o.Broker.Cluster.Host,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { Host = v } } })
        {
            Name = "NOTIFY_CLUSTER_HOST",
            Effect = "The name or address at which the other nodes reach this one. Without it the host name is used.",
            Example = "notify-1",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 65535),
            o => o.Broker.Cluster.Port,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { Port = v } } })
        {
            Name = "NOTIFY_CLUSTER_PORT",
            Effect = "The port for messages between nodes.",
            Example = "4053",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 65535),
            o => o.Broker.Cluster.HttpPort,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { HttpPort = v } } })
        {
            Name = "NOTIFY_CLUSTER_HTTP_PORT",
            Effect = "The port for client requests that one node forwards to another.",
            Example = "4054",
        },
        new Setting<string>(
            SettingKinds.Text,
            o => o.Broker.Cluster.Secret,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { Secret = v } } })
        {
            Name = "NOTIFY_CLUSTER_SECRET",
            Effect = "Secret: identifies the nodes of the cluster to each other, the same on each node.",
            Example = "the output of openssl rand -base64 32",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string?>(
            SettingKinds.FilePath,
            o => o.Broker.Cluster.CertificatePath,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { CertificatePath = v } } })
        {
            Name = "NOTIFY_CLUSTER_TLS_CERT",
            Effect = "The certificate that this node shows to other nodes. Without it the node creates one from the cluster secret.",
            Example = "/etc/notify/node.crt",
        },
        new Setting<string?>(
            SettingKinds.FilePath,
            o => o.Broker.Cluster.KeyPath,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { KeyPath = v } } })
        {
            Name = "NOTIFY_CLUSTER_TLS_KEY",
            Effect = "The private key of that certificate.",
            Example = "/etc/notify/node.key",
        },
        new Setting<string?>(
            SettingKinds.FilePath,
            o => o.Broker.Cluster.AuthorityPath,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { AuthorityPath = v } } })
        {
            Name = "NOTIFY_CLUSTER_TLS_CA",
            Effect = "The certificate authority that signs the certificates of the nodes.",
            Example = "/etc/notify/nodes-ca.crt",
        },
        new Setting<bool>(
            SettingKinds.Flag,
            o => o.Broker.Cluster.IsPairAllowed,
            (o, v) => o with { Broker = o.Broker with { Cluster = o.Broker.Cluster with { IsPairAllowed = v } } })
        {
            Name = "NOTIFY_CLUSTER_TWO",
            Effect = "`1` allows a cluster of two nodes. If they lose each other, only the older one continues.",
            Example = "1",
        },
    ];
}
