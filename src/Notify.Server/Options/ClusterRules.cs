using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Notify.Broker.Clustering;
using Notify.Storage;

namespace Notify.Server.Options;

/// <summary>Validates the cluster's settings together. Each of them is valid on its own.</summary>
internal static class ClusterRules
{
    // A shorter secret can be guessed, because an attacker who can reach a node's port can test guesses offline.
    private const int LeastSecret = 16;

    /// <summary>Adds the errors and the warnings.</summary>
    public static void Check(NotifyOptions options, List<string> errors, List<string> warnings)
    {
        var cluster = options.Broker.Cluster;
        if (!cluster.IsClustered)
        {
            return;
        }

        CheckSeeds(cluster, errors, warnings);
        CheckIdentity(cluster, errors);
        CheckStore(options.Store, errors, warnings);
        if (cluster.CertificatePath is null && PublicAddress(cluster.Self.Host) is { } address)
        {
            errors.Add($"NOTIFY_CLUSTER_HOST={cluster.Self.Host}: is {address}, an address of the public internet, "
                + "where nodes may talk only with certificates of an authority of your own; "
                + "set NOTIFY_CLUSTER_TLS_CERT, NOTIFY_CLUSTER_TLS_KEY and NOTIFY_CLUSTER_TLS_CA, or a private address");
        }

        if (cluster.Port == cluster.HttpPort || options.Listen.Port == cluster.Port || options.Listen.Port == cluster.HttpPort)
        {
            errors.Add(
                $"PORT={options.Listen.Port}, NOTIFY_CLUSTER_PORT={cluster.Port}, NOTIFY_CLUSTER_HTTP_PORT={cluster.HttpPort}: "
                    + "must be three different ports");
        }
    }

    private static void CheckSeeds(ClusterSettings cluster, List<string> errors, List<string> warnings)
    {
        var seeds = string.Join(',', cluster.Seeds);
        if (cluster.Seeds.Distinct().Count() != cluster.Seeds.Count)
        {
            errors.Add($"NOTIFY_CLUSTER_SEEDS={seeds}: names a node twice");
        }

        switch (cluster.Seeds.Count)
        {
            case 2 when !cluster.IsPairAllowed:
                errors.Add($"NOTIFY_CLUSTER_SEEDS={seeds}: two nodes cannot tell which of them is cut off, "
                + "so one alone would have to stop; name three, "
                    + "or set NOTIFY_CLUSTER_TWO=1, with which the older node goes on and the younger one stops");
                break;
            case > 2 when cluster.Seeds.Count % 2 == 0:
                warnings.Add(
                    $"NOTIFY_CLUSTER_SEEDS names {cluster.Seeds.Count} nodes: "
                        + "one less survives the loss of as many, because a majority has to be left");
                break;
        }
    }

    private static void CheckIdentity(ClusterSettings cluster, List<string> errors)
    {
        if (cluster.Secret.Length == 0)
        {
            errors.Add(
                "NOTIFY_CLUSTER_SECRET: must be set with NOTIFY_CLUSTER_SEEDS, to the same text on every node; "
                    + "for example the output of: openssl rand -base64 32");
        }
        else if (cluster.Secret.Length < LeastSecret)
        {
            errors.Add(
                $"NOTIFY_CLUSTER_SECRET (value not shown): must have at least {LeastSecret} characters, so that it cannot be guessed; "
                    + "for example the output of: openssl rand -base64 32");
        }

        string?[] files = [cluster.CertificatePath, cluster.KeyPath, cluster.AuthorityPath];
        if (files.Any(file => file is not null) && files.Any(file => file is null))
        {
            errors.Add("NOTIFY_CLUSTER_TLS_CERT, NOTIFY_CLUSTER_TLS_KEY and NOTIFY_CLUSTER_TLS_CA: must be set together, or none of them");
        }

        if (cluster is { CertificatePath: { } certificate, KeyPath: { } key, AuthorityPath: { } authority })
        {
            CheckFiles(certificate, key, authority, errors);
        }
    }

    private static void CheckFiles(string certificate, string key, string authority, List<string> errors)
    {
        var before = errors.Count;
        CheckReadable("NOTIFY_CLUSTER_TLS_CERT", certificate, errors);
        CheckReadable("NOTIFY_CLUSTER_TLS_KEY", key, errors);
        CheckReadable("NOTIFY_CLUSTER_TLS_CA", authority, errors);
        if (errors.Count > before)
        {
            return;
        }

        try
        {
            NodeIdentity.FromFiles(certificate, key, authority).Certificate.Dispose();
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException || FileReadError.Is(exception))
        {
            errors.Add($"NOTIFY_CLUSTER_TLS_CERT={certificate}, NOTIFY_CLUSTER_TLS_KEY={key} and NOTIFY_CLUSTER_TLS_CA={authority}: "
                + "must hold this node's "
                + "certificate, its key, and the authorities that sign the nodes' certificates, all in PEM form "
                + $"({exception.Message.TrimEnd('.')})");
        }
    }

    private static void CheckReadable(string name, string path, List<string> errors)
    {
        try
        {
            using var file = File.OpenRead(path);
        }
        catch (Exception exception) when (FileReadError.Is(exception))
        {
            errors.Add($"{name}={path}: must be the path of a PEM file that exists and may be read ({FileReadError.Reason(exception)})");
        }
    }

    private static void CheckStore(StoreOptions store, List<string> errors, List<string> warnings)
    {
        if (store.SqliteFile is not null)
        {
            errors.Add($"NOTIFY_STORE={store.Location}: is a file of one node, and with NOTIFY_CLUSTER_SEEDS the nodes share their store; "
                + "set NOTIFY_STORE=postgres:CONNECTION, or NOTIFY_STORE=memory where what was missed may be lost");
        }
        else if (store.Location == "memory")
        {
            warnings.Add(
                "NOTIFY_STORE=memory in a cluster: a channel's history is lost when its node stops or the channel moves to another; "
                    + "clients then hear recovered: false");
        }
    }

    // A name that cannot be resolved now may be resolvable later, when the other nodes connect to it.
    private static IPAddress? PublicAddress(string host)
    {
        try
        {
            return Dns.GetHostAddresses(host).FirstOrDefault(IsPublic);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            return null;
        }
    }

    // RFC 1918, 3927, 4193, 4291, 6598.
    private static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal)
        {
            return false;
        }

        return !PrivateNetworks.Any(network => network.Contains(address));
    }

    private static readonly IPNetwork[] PrivateNetworks =
    [
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("100.64.0.0/10"),
    ];
}
