using System.Net;
using Notify.Server.Limits;

namespace Notify.Server.Options;

/// <summary>Lists every setting. This is the only place that connects a name to an option.</summary>
internal static class SettingTable
{
    private const long Kilobyte = 1024;
    private const long Megabyte = 1024 * Kilobyte;
    private const long Gigabyte = 1024 * Megabyte;

    /// <summary>Gets all settings, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<int>(
            SettingKinds.Integer(0, 65535), o => o.Listen.Port, (o, v) => o with { Listen = o.Listen with { Port = v } })
        {
            Name = "PORT",
            Effect = "The port to listen on. 0 takes a free one.",
            Example = "3000",
        },
        new Setting<string?>(
            SettingKinds.Host, o => o.Listen.Host, (o, v) => o with { Listen = o.Listen with { Host = v } })
        {
            Name = "NOTIFY_HOST",
            Effect = "The address to listen on. Without it the server listens on all interfaces.",
            Example = "127.0.0.1",
        },
        new Setting<IPEndPoint?>(
            SettingKinds.EndPoint, o => o.Listen.Admin, (o, v) => o with { Listen = o.Listen with { Admin = v } })
        {
            Name = "NOTIFY_ADMIN_LISTEN",
            Effect =
                "A second listener, without TLS, for `/metrics`, `/health`, `/api` and the console of operators. `/metrics` needs no " +
                "secret there. `/metrics`, the console of operators, and everything that needs the scope `admin` are then 404 on the " +
                "main port.",
            Example = "9090",
        },
        new Setting<string?>(
            SettingKinds.FilePath, o => o.Listen.CertificatePath, (o, v) => o with { Listen = o.Listen with { CertificatePath = v } })
        {
            Name = "SSL_CERT",
            Effect = "The certificate, followed by the intermediate certificates. With a certificate and its key the port speaks HTTPS.",
            Example = "/etc/notify/tls.crt",
        },
        new Setting<string?>(
            SettingKinds.FilePath, o => o.Listen.KeyPath, (o, v) => o with { Listen = o.Listen with { KeyPath = v } })
        {
            Name = "SSL_KEY",
            Effect = "The private key of the certificate, RSA or ECDSA, not encrypted.",
            Example = "/etc/notify/tls.key",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromSeconds(5), TimeSpan.FromDays(1)),
            o => o.Listen.KeepAlive,
            (o, v) => o with { Listen = o.Listen with { KeepAlive = v } })
        {
            Name = "NOTIFY_KEEP_ALIVE",
            Effect =
                "How long an HTTP connection without a request stays open. Set it longer than your proxy keeps its " +
                "connections, or the proxy sometimes answers 502.",
            Example = "650s",
        },
        new Setting<string>(
            SettingKinds.Text, o => o.Access.Key, (o, v) => o with { Access = o.Access with { Key = v } })
        {
            Name = "NOTIFICATION_KEY",
            Effect =
                "Public: clients give it when they connect. A Socket.IO client with a wrong key connects, but its joins " +
                "are ignored. Other clients are refused.",
            Example = "my-app",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string>(
            SettingKinds.HeaderText, o => o.Access.Secret, (o, v) => o with { Access = o.Access with { Secret = v } })
        {
            Name = "NOTIFICATION_SECRET",
            Effect = "Secret: allows a backend to send. With the default value only this host may send.",
            Example = "a-long-random-text",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<string>(
            SettingKinds.HeaderText, o => o.Access.PreviousSecret, (o, v) => o with { Access = o.Access with { PreviousSecret = v } })
        {
            Name = "NOTIFICATION_SECRET_PREVIOUS",
            Effect = "Secret: accepted as well, so that you can change NOTIFICATION_SECRET on one node and one backend after the other.",
            Example = "the-secret-until-now",
            IsSecret = true,
            MayBeFile = true,
        },
        new Setting<bool>(
            SettingKinds.Flag, o => o.Access.IsInsecure, (o, v) => o with { Access = o.Access with { IsInsecure = v } })
        {
            Name = "NOTIFY_INSECURE",
            Effect = "`1` allows every host to send with the default secret.",
            Example = "1",
        },
        .. AccessSettings.All,
        new Setting<OriginPolicy>(
            SettingKinds.Origins, o => o.Connection.Origins, (o, v) => o with { Connection = o.Connection with { Origins = v } })
        {
            Name = "NOTIFY_ALLOWED_ORIGINS",
            Effect = "The origins of the web pages that may connect. Pages of the server's own origin always may.",
            Example = "https://app.example.com,https://example.com",
        },
        new Setting<bool>(
            SettingKinds.Flag, o => o.Console.IsOn, (o, v) => o with { Console = o.Console with { IsOn = v } })
        {
            Name = "NOTIFY_CONSOLE",
            Effect = "`off` switches the console off: `/` and `/console` are answered 404.",
            Example = "off",
        },
        .. TelemetrySettings.All,
        new Setting<string>(
            SettingKinds.Store, o => o.Store.Location, (o, v) => o with { Store = o.Store with { Location = v } })
        {
            Name = "NOTIFY_STORE",
            Effect =
                "Where notifications are stored. `sqlite:` and a file path: survives a crash, for a single node. " +
                "`postgres:` and a database: for a cluster. `memory`: does not survive a restart.",
            Example = "sqlite:data/notify.db",
            Redact = StoreText.Redact,
            MayBeFile = true,
        },
        new Setting<long>(
            SettingKinds.Size(Megabyte, 100_000 * Gigabyte),
            o => o.Store.StoreMax,
            (o, v) => o with { Store = o.Store with { StoreMax = v } })
        {
            Name = "NOTIFY_STORE_MAX",
            Effect = "The largest size of the history on disk. Above it, the oldest notifications are deleted.",
            Example = "10gb",
        },
        new Setting<int>(
            SettingKinds.Integer(0, 100_000),
            o => o.Broker.Channels.HistorySize,
            (o, v) => o with { Broker = o.Broker with { Channels = o.Broker.Channels with { HistorySize = v } } })
        {
            Name = "NOTIFY_HISTORY_SIZE",
            Effect =
                "The largest number of notifications stored per channel. Notifications younger than one minute are not " +
                "deleted to meet this limit.",
            Example = "100",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650)),
            o => o.Broker.Channels.HistoryTtl,
            (o, v) => o with { Broker = o.Broker with { Channels = o.Broker.Channels with { HistoryTtl = v } } })
        {
            Name = "NOTIFY_HISTORY_TTL",
            Effect = "How long a notification is stored.",
            Example = "7d",
        },
        .. InboxSettings.All,
        new Setting<long>(
            SettingKinds.Size(Megabyte, 1024 * Gigabyte),
            o => o.Broker.MemoryMax,
            (o, v) => o with { Broker = o.Broker with { MemoryMax = v } })
        {
            Name = "NOTIFY_MEMORY_MAX",
            Effect =
                "The memory for the channels of this node. With the `memory` store it bounds the history: the oldest " +
                "notifications are deleted first.",
            Example = "256mb",
        },
        new Setting<long>(
            SettingKinds.Size(0, Gigabyte), o => o.Broker.TrailMax, (o, v) => o with { Broker = o.Broker with { TrailMax = v } })
        {
            Name = "NOTIFY_TRAIL_MAX",
            Effect =
                "The memory in which this node remembers what happened to recent notifications, for `GET /api/notification`. The oldest " +
                "are forgotten first. 0 means none.",
            Example = "32mb",
        },
        new Setting<long>(
            SettingKinds.Size(1, Megabyte), o => o.Broker.MaxBody, (o, v) => o with { Broker = o.Broker with { MaxBody = (int)v } })
        {
            Name = "NOTIFY_MAX_BODY",
            Effect = "The largest body of a request to `/send`. A larger one is answered 413.",
            Example = "100kb",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            o => o.Broker.Channels.SendTimeout,
            (o, v) => o with { Broker = o.Broker with { Channels = o.Broker.Channels with { SendTimeout = v } } })
        {
            Name = "NOTIFY_SEND_TIMEOUT",
            Effect = "How long a request to `/send` may wait before it is answered 503.",
            Example = "5s",
        },
        new Setting<int>(
            SettingKinds.Integer(0, 1_000_000), o => o.Access.SendRate, (o, v) => o with { Access = o.Access with { SendRate = v } })
        {
            Name = "NOTIFY_SEND_RATE",
            Effect = "How many requests one secret may send per second. Further ones are answered 429. 0 means no limit.",
            Example = "200",
        },
        new Setting<long>(
            SettingKinds.Size(Kilobyte, Gigabyte),
            o => o.Connection.MaxQueue,
            (o, v) => o with { Connection = o.Connection with { MaxQueue = (int)v } })
        {
            Name = "NOTIFY_MAX_QUEUE",
            Effect = "How much may be queued for one client. A client that exceeds it is disconnected as too slow, and reconnects.",
            Example = "1mb",
        },
        new Setting<RecoveryMode>(
            SettingKinds.Recovery, o => o.SocketIo.Recovery, (o, v) => o with { SocketIo = o.SocketIo with { Recovery = v } })
        {
            Name = "NOTIFY_SOCKETIO_RECOVERY",
            Effect =
                "Session recovery for Socket.IO clients 4.6 and later: for clients that ask for it (`ask`), for all " +
                "(`on`), or for none (`off`).",
            Example = "on",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(1)),
            o => o.SocketIo.Retain,
            (o, v) => o with { SocketIo = o.SocketIo with { Retain = v } })
        {
            Name = "NOTIFY_RETAIN",
            Effect = "How long a Socket.IO session can be recovered after its connection broke.",
            Example = "2m",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 10_000_000),
            o => o.Connection.MaxConnections,
            (o, v) => o with { Connection = o.Connection with { MaxConnections = v } })
        {
            Name = "NOTIFY_MAX_CONNECTIONS",
            Effect = "The largest number of connections on this node. Further clients are told when to try again.",
            Example = "100000",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 1_000_000),
            o => o.Connection.MaxHandshakes,
            (o, v) => o with { Connection = o.Connection with { MaxHandshakes = v } })
        {
            Name = "NOTIFY_MAX_HANDSHAKES",
            Effect =
                "The largest number of connections that are being opened at the same time. Further clients are told when " +
                "to try again.",
            Example = "10000",
        },
        new Setting<int>(
            SettingKinds.Integer(0, 10_000_000),
            o => o.Address.MaxConnections,
            (o, v) => o with { Address = o.Address with { MaxConnections = v } })
        {
            Name = "NOTIFY_MAX_CONNECTIONS_PER_ADDRESS",
            Effect =
                "The largest number of connections from one client address, or from one /64 network with IPv6. 0 means no " +
                "limit. Private addresses are limited only behind a trusted proxy.",
            Example = "2000",
        },
        new Setting<int>(
            SettingKinds.Integer(0, 10_000_000),
            o => o.Address.MaxConnectionsPerUser,
            (o, v) => o with { Address = o.Address with { MaxConnectionsPerUser = v } })
        {
            Name = "NOTIFY_MAX_CONNECTIONS_PER_USER",
            Effect = "The largest number of connections of one user on this node. 0 means no limit.",
            Example = "100",
        },
        new Setting<TokenRate>(
            SettingKinds.Rate(0, 100_000, burstSeconds: 4),
            o => o.Address.HandshakeRate,
            (o, v) => o with { Address = o.Address with { HandshakeRate = v } })
        {
            Name = "NOTIFY_HANDSHAKE_RATE",
            Effect =
                "How many connections one client address may open per second. Bursts of four times as many are allowed. 0 " +
                "means no limit.",
            Example = "50",
        },
        new Setting<TrustedProxies>(
            SettingKinds.Proxies, o => o.Address.Proxies, (o, v) => o with { Address = o.Address with { Proxies = v } })
        {
            Name = "NOTIFY_TRUSTED_PROXIES",
            Effect =
                "The addresses of the proxies in front of the server. Their `X-Forwarded-For` header gives the client address, " +
                "`X-Forwarded-Proto` and `X-Forwarded-Host` the server's own origin.",
            Example = "10.0.0.0/8,loopback",
        },
        new Setting<int>(
            SettingKinds.Integer(1, 1_000_000),
            o => o.Broker.MaxJoins,
            (o, v) => o with { Broker = o.Broker with { MaxJoins = v } })
        {
            Name = "NOTIFY_MAX_JOINS",
            Effect = "The largest number of channels that one connection may join. A further join is answered with `limit`.",
            Example = "10000",
        },
        new Setting<TokenRate>(
            SettingKinds.Rate(1, 100_000, burstSeconds: 10),
            o => o.Connection.JoinRate,
            (o, v) => o with { Connection = o.Connection with { JoinRate = v } })
        {
            Name = "NOTIFY_JOIN_RATE",
            Effect =
                "How many channels one connection may join or leave per second. Bursts of ten times as many are allowed. " +
                "Above that the client is throttled; nothing is lost.",
            Example = "1000",
        },
        new Setting<TokenRate>(
            SettingKinds.Rate(1, 100_000, burstSeconds: 10),
            o => o.Connection.MessageRate,
            (o, v) => o with { Connection = o.Connection with { MessageRate = v } })
        {
            Name = "NOTIFY_MESSAGE_RATE",
            Effect =
                "How many messages one connection may send per second. Bursts of ten times as many are allowed. Above " +
                "that the client is throttled; nothing is lost.",
            Example = "1000",
        },
        new Setting<TimeSpan>(
            SettingKinds.Duration(TimeSpan.Zero, TimeSpan.FromSeconds(7)),
            o => o.Connection.Drain,
            (o, v) => o with { Connection = o.Connection with { Drain = v } })
        {
            Name = "NOTIFY_DRAIN",
            Effect = "The time over which clients are disconnected, one after the other, on SIGTERM.",
            Example = "5s",
        },
        .. NodeSettings.All,
    ];
}
