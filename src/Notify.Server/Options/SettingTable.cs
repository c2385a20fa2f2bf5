using Notify.Broker.Clustering;
using Notify.Server.Limits;

namespace Notify.Server.Options;

/// <summary>Every setting there is; the only place that ties a name to an option.</summary>
internal static class SettingTable
{
    private const long Kilobyte = 1024;
    private const long Megabyte = 1024 * Kilobyte;
    private const long Gigabyte = 1024 * Megabyte;

    /// <summary>All settings in the order in which they are documented.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<int>(
            SettingKinds.Integer(0, 65535), o => o.Listen.Port, (o, v) => o with { Listen = o.Listen with { Port = v } })
        {
            Name = "PORT",
            Effect = "the port to listen on; 0 takes a free one",
            Example = "3000",
        },
        new Setting<string?>(
            SettingKinds.Host, o => o.Listen.Host, (o, v) => o with { Listen = o.Listen with { Host = v } })
        {
            Name = "NOTIFY_HOST",
            Effect = "the address to listen on; all interfaces when it is not set",
            Example = "127.0.0.1",
        },
        new Setting<string?>(
            SettingKinds.FilePath, o => o.Listen.CertificatePath, (o, v) => o with { Listen = o.Listen with { CertificatePath = v } })
        {
            Name = "SSL_CERT",
            Effect = "the certificate and behind it the intermediate ones; with it and its key the port speaks HTTPS",
            Example = "/etc/notify/tls.crt",
        },
        new Setting<string?>(
            SettingKinds.FilePath, o => o.Listen.KeyPath, (o, v) => o with { Listen = o.Listen with { KeyPath = v } })
        {
            Name = "SSL_KEY",
            Effect = "the key of the certificate, RSA or ECDSA, not encrypted",
            Example = "/etc/notify/tls.key",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromSeconds(5), TimeSpan.FromDays(1)), o => o.Listen.KeepAlive, (o, v) => o with { Listen = o.Listen with { KeepAlive = v } })
        {
            Name = "NOTIFY_KEEP_ALIVE",
            Effect = "how long an HTTP connection without a request is kept open; longer than your proxy keeps it, or it answers 502 now and then",
            Example = "650s",
        },
        new Setting<string>(
            SettingKinds.Text, o => o.Access.Key, (o, v) => o with { Access = o.Access with { Key = v } })
        {
            Name = "NOTIFICATION_KEY",
            Effect = "public: a Socket.IO client without it connects, but its joins are ignored; other clients are refused",
            Example = "my-app",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string>(
            SettingKinds.HeaderText, o => o.Access.Secret, (o, v) => o with { Access = o.Access with { Secret = v } })
        {
            Name = "NOTIFICATION_SECRET",
            Effect = "secret: lets a backend send; at its default only this host may send",
            Example = "a-long-random-text",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string>(
            SettingKinds.HeaderText, o => o.Access.PreviousSecret, (o, v) => o with { Access = o.Access with { PreviousSecret = v } })
        {
            Name = "NOTIFICATION_SECRET_PREVIOUS",
            Effect = "secret: accepted too, so that `NOTIFICATION_SECRET` can be changed node by node and backend by backend",
            Example = "the-secret-until-now",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<bool>(
            SettingKinds.Flag, o => o.Access.IsInsecure, (o, v) => o with { Access = o.Access with { IsInsecure = v } })
        {
            Name = "NOTIFY_INSECURE",
            Effect = "`1` lets every host send with the default secret",
            Example = "1",
        },
        new Setting<IReadOnlyList<string>>(
            SettingKinds.Origins, o => o.Cors.AllowedOrigins, (o, v) => o with { Cors = o.Cors with { AllowedOrigins = v } })
        {
            Name = "NOTIFY_ALLOWED_ORIGINS",
            Effect = "the web pages that may connect; those of the server's own origin always may",
            Example = "https://app.example.com,https://example.com",
        },
        new Setting<bool>(
            SettingKinds.Flag, o => o.Console.IsOn, (o, v) => o with { Console = o.Console with { IsOn = v } })
        {
            Name = "NOTIFY_CONSOLE",
            Effect = "`off` switches the console off: `/` and `/console` are answered 404",
            Example = "off",
        },
        new Setting<string>(
            SettingKinds.Store, o => o.History.Store, (o, v) => o with { History = o.History with { Store = v } })
        {
            Name = "NOTIFY_STORE",
            Effect = "where notifications are kept: `sqlite:` and the path of a file, which survives a crash of this one node, `postgres:` and a database, which every node of a cluster shares, or `memory`, which survives none",
            Example = "sqlite:data/notify.db",
            Redact = StoreText.Redact,
            MayBeFile = true,
        },
        new Setting<long>(
            SettingKinds.Size(Megabyte, 100_000 * Gigabyte), o => o.History.StoreMax, (o, v) => o with { History = o.History with { StoreMax = v } })
        {
            Name = "NOTIFY_STORE_MAX",
            Effect = "what the history may take on the disk of its store; past it the oldest notifications go first",
            Example = "10gb",
        },
        new Setting<int>(
            SettingKinds.Integer(0, 100_000), o => o.History.Size, (o, v) => o with { History = o.History with { Size = v } })
        {
            Name = "NOTIFY_HISTORY_SIZE",
            Effect = "how many notifications of each channel are kept for clients that come back; none younger than a minute goes for it",
            Example = "100",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650)),
            o => o.History.TimeToLive,
            (o, v) => o with { History = o.History with { TimeToLive = v } })
        {
            Name = "NOTIFY_HISTORY_TTL",
            Effect = "how long they are kept",
            Example = "7d",
        },
        new Setting<long>(
            SettingKinds.Size(Megabyte, 1024 * Gigabyte), o => o.History.MemoryMax, (o, v) => o with { History = o.History with { MemoryMax = v } })
        {
            Name = "NOTIFY_MEMORY_MAX",
            Effect = "what the channels of this node keep in memory together; with the `memory` store that is their history, and the oldest goes first",
            Example = "256mb",
        },
        new Setting<long>(
            SettingKinds.Size(1, Megabyte), o => o.Send.MaxBody, (o, v) => o with { Send = o.Send with { MaxBody = (int)v } })
        {
            Name = "NOTIFY_MAX_BODY",
            Effect = "the longest body of `/send`; past it 413",
            Example = "100kb",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            o => o.Send.Timeout,
            (o, v) => o with { Send = o.Send with { Timeout = v } })
        {
            Name = "NOTIFY_SEND_TIMEOUT",
            Effect = "how long a send may wait before it is answered 503",
            Example = "5s",
        },
        new Setting<long>(
            SettingKinds.Size(Kilobyte, Gigabyte), o => o.Connection.MaxQueue, (o, v) => o with { Connection = o.Connection with { MaxQueue = (int)v } })
        {
            Name = "NOTIFY_MAX_QUEUE",
            Effect = "what may wait for one client before it is disconnected as too slow",
            Example = "1mb",
        },
        new Setting<RecoveryMode>(
            SettingKinds.Recovery, o => o.SocketIo.Recovery, (o, v) => o with { SocketIo = o.SocketIo with { Recovery = v } })
        {
            Name = "NOTIFY_SOCKETIO_RECOVERY",
            Effect = "which stock Socket.IO clients 4.6 and later are given what they missed when they reconnect: those that ask (`ask`), all (`on`) or none (`off`)",
            Example = "on",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(1)),
            o => o.SocketIo.Retain,
            (o, v) => o with { SocketIo = o.SocketIo with { Retain = v } })
        {
            Name = "NOTIFY_RETAIN",
            Effect = "how long such a client may be away",
            Example = "2m",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 10_000_000),
            o => o.Connection.MaxConnections,
            (o, v) => o with { Connection = o.Connection with { MaxConnections = v } })
        {
            Name = "NOTIFY_MAX_CONNECTIONS",
            Effect = "how many connections this node serves; more are told to come back later",
            Example = "100000",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 1_000_000),
            o => o.Connection.MaxHandshakes,
            (o, v) => o with { Connection = o.Connection with { MaxHandshakes = v } })
        {
            Name = "NOTIFY_MAX_HANDSHAKES",
            Effect = "how many connections may be in the middle of being opened; more are told to come back later",
            Example = "10000",
        },
        new Setting<int>(
            SettingKinds.Integer(0, 10_000_000),
            o => o.Address.MaxConnections,
            (o, v) => o with { Address = o.Address with { MaxConnections = v } })
        {
            Name = "NOTIFY_MAX_CONNECTIONS_PER_ADDRESS",
            Effect = "how many connections one client address may have on this node, an IPv6 address by its /64 network; 0 for no limit. Private addresses count only behind a trusted proxy",
            Example = "2000",
        },
        new Setting<int>(
            SettingKinds.Integer(0, 100_000),
            o => o.Address.HandshakeRate,
            (o, v) => o with { Address = o.Address with { HandshakeRate = v } })
        {
            Name = "NOTIFY_HANDSHAKE_RATE",
            Effect = "how many connections one client address may begin each second, and four times as many at once; 0 for no limit",
            Example = "50",
        },
        new Setting<TrustedProxies>(
            SettingKinds.Proxies, o => o.Address.TrustedProxies, (o, v) => o with { Address = o.Address with { TrustedProxies = v } })
        {
            Name = "NOTIFY_TRUSTED_PROXIES",
            Effect = "the proxies in front of the server, whose `X-Forwarded-For` names the client and whose `X-Forwarded-Proto` and `X-Forwarded-Host` name the server's origin",
            Example = "10.0.0.0/8,loopback",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 1_000_000),
            o => o.Connection.MaxJoins,
            (o, v) => o with { Connection = o.Connection with { MaxJoins = v } })
        {
            Name = "NOTIFY_MAX_JOINS",
            Effect = "how many channels one connection may have joined; a join past it is answered with `limit`",
            Example = "10000",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 100_000),
            o => o.Connection.JoinRate,
            (o, v) => o with { Connection = o.Connection with { JoinRate = v } })
        {
            Name = "NOTIFY_JOIN_RATE",
            Effect = "how many channels one connection may join or leave a second; ten seconds' worth may come at once, and what is more is read later",
            Example = "1000",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 100_000),
            o => o.Connection.MessageRate,
            (o, v) => o with { Connection = o.Connection with { MessageRate = v } })
        {
            Name = "NOTIFY_MESSAGE_RATE",
            Effect = "how many messages one connection may send a second; ten seconds' worth may come at once, and what is more is read later",
            Example = "1000",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromSeconds(7)),
            o => o.Shutdown.Drain,
            (o, v) => o with { Shutdown = o.Shutdown with { Drain = v } })
        {
            Name = "NOTIFY_DRAIN",
            Effect = "on SIGTERM, the time over which clients are told to come back",
            Example = "5s",
        },
        new Setting<IReadOnlyList<NodeAddress>>(
            SettingKinds.Nodes, o => o.Cluster.Seeds, (o, v) => o with { Cluster = o.Cluster with { Seeds = v } })
        {
            Name = "NOTIFY_CLUSTER_SEEDS",
            Effect = "the first nodes of the cluster, the same list on each of them; a node that has none is alone",
            Example = "notify-1:4053,notify-2:4053,notify-3:4053",
        },
        new Setting<string?>(
            SettingKinds.Name, o => o.Cluster.Host, (o, v) => o with { Cluster = o.Cluster with { Host = v } })
        {
            Name = "NOTIFY_CLUSTER_HOST",
            Effect = "how the other nodes dial this one; the name of this host when it is not set",
            Example = "notify-1",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 65535), o => o.Cluster.Port, (o, v) => o with { Cluster = o.Cluster with { Port = v } })
        {
            Name = "NOTIFY_CLUSTER_PORT",
            Effect = "the port on which the nodes talk to each other",
            Example = "4053",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 65535), o => o.Cluster.HttpPort, (o, v) => o with { Cluster = o.Cluster with { HttpPort = v } })
        {
            Name = "NOTIFY_CLUSTER_HTTP_PORT",
            Effect = "the port on which a node takes requests that another one passes on",
            Example = "4054",
        },
        new Setting<string>(
            SettingKinds.Text, o => o.Cluster.Secret, (o, v) => o with { Cluster = o.Cluster with { Secret = v } })
        {
            Name = "NOTIFY_CLUSTER_SECRET",
            Effect = "secret: what makes a node one of the cluster; the same on each of them",
            Example = "the output of openssl rand -base64 32",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string?>(
            SettingKinds.FilePath, o => o.Cluster.CertificatePath, (o, v) => o with { Cluster = o.Cluster with { CertificatePath = v } })
        {
            Name = "NOTIFY_CLUSTER_TLS_CERT",
            Effect = "this node's certificate for the other nodes; without it one is made from the secret",
            Example = "/etc/notify/node.crt",
        },
        new Setting<string?>(
            SettingKinds.FilePath, o => o.Cluster.KeyPath, (o, v) => o with { Cluster = o.Cluster with { KeyPath = v } })
        {
            Name = "NOTIFY_CLUSTER_TLS_KEY",
            Effect = "its key",
            Example = "/etc/notify/node.key",
        },
        new Setting<string?>(
            SettingKinds.FilePath, o => o.Cluster.AuthorityPath, (o, v) => o with { Cluster = o.Cluster with { AuthorityPath = v } })
        {
            Name = "NOTIFY_CLUSTER_TLS_CA",
            Effect = "the authority that signs the certificates of the nodes",
            Example = "/etc/notify/nodes-ca.crt",
        },
        new Setting<bool>(
            SettingKinds.Flag, o => o.Cluster.IsPairAllowed, (o, v) => o with { Cluster = o.Cluster with { IsPairAllowed = v } })
        {
            Name = "NOTIFY_CLUSTER_TWO",
            Effect = "`1` allows a cluster of two nodes, of which only the older survives the loss of the other",
            Example = "1",
        },
    ];
}
