using System.Net;
using Notify.Broker.Metrics;

namespace Notify.Server.Limits;

/// <summary>
/// Limits the connections and requests of one client address on this node, so that no client takes all connections. Peers on this host and
/// in private networks have no limit, because they may be proxies that are not configured. If a trusted proxy names the client behind such
/// a peer, the limits apply to that client.
/// </summary>
public sealed partial class AddressLimits
{
    // A client that polls has two TCP connections, and one that reconnects still has the former one for a moment.
    private const int SocketsOfConnection = 2;

    private readonly AddressLimitOptions _options;
    private readonly AddressTable _table;
    private readonly BrokerMetrics _metrics;
    private readonly RefusalLog _refusals;
    private readonly ILogger<AddressLimits> _logger;
    private int _isProxyWarned;

    // Until the first one, handshakes do not look for them.
    private volatile bool _hasRefusedTokens;

    /// <summary>Creates the limits without any address.</summary>
    public AddressLimits(
        AddressLimitOptions options, BrokerMetrics metrics, RefusalLog refusals, TimeProvider time, ILogger<AddressLimits> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _table = new AddressTable(options.Capacity, time);
        _metrics = metrics;
        _refusals = refusals;
        _logger = logger;
    }

    /// <summary>Gets the number of tracked addresses.</summary>
    public int Count => _table.Count;

    /// <summary>Returns the address to which a request is charged.</summary>
    internal ClientAddress Find(HttpContext context)
    {
        var address = ClientAddress.Of(context, _options.Proxies);
        if (Volatile.Read(ref _isProxyWarned) == 0
            && context.Connection.RemoteIpAddress is { } peer && context.Request.Headers.ContainsKey("X-Forwarded-For")
            && !_options.Proxies.Contains(peer) && Interlocked.Exchange(ref _isProxyWarned, 1) == 0)
        {
            LogUntrusted(peer);
        }

        return address;
    }

    /// <summary>
    /// Returns the address to which a peer's TCP connections are charged; none for private peers and trusted proxies, which serve many
    /// clients.
    /// </summary>
    internal AddressKey KeyOfPeer(IPAddress peer) =>
        TrustedProxies.IsPrivate(peer) || _options.Proxies.Contains(peer) ? AddressKey.None : AddressKey.Of(peer);

    /// <summary>Reserves a TCP connection of a peer. Returns false when the peer has too many.</summary>
    internal bool TryOpenSocket(AddressKey peer, IPAddress? address)
    {
        if (peer.IsNone
            || _options.MaxConnections == 0
            || _table.Apply(
                peer,
                _options.MaxConnections * SocketsOfConnection,
                static (ref entry, isShared, most, _) => isShared || (entry.Sockets < most && ++entry.Sockets > 0)))
        {
            return true;
        }

        _metrics.Limits.Refused("address");
        _refusals.Add(
            "TCP connections are refused, because one address has twice NOTIFY_MAX_CONNECTIONS_PER_ADDRESS of them. "
                + "If it is a proxy of yours, name it in NOTIFY_TRUSTED_PROXIES.",
            address);
        return false;
    }

    /// <summary>Releases a TCP connection.</summary>
    internal void CloseSocket(AddressKey peer)
    {
        if (!peer.IsNone)
        {
            _table.GiveBack(peer, 1, static (ref entry, count) => entry.Sockets = Math.Max(entry.Sockets - count, 0));
        }
    }

    /// <summary>Reserves a connection and consumes a token for a new one. Returns the limit that is exceeded, if any.</summary>
    internal HandshakeRefusal TryBegin(ClientAddress address)
    {
        if (address.Key.IsNone)
        {
            return HandshakeRefusal.None;
        }

        if (_options.HandshakeRate.Cost > 0
            && !_table.Apply(
                address.Key,
                _options.HandshakeRate,
                static (ref entry, _, rate, now) => entry.Handshakes.TryConsume(rate, now)))
        {
            Refused(
                "handshake_rate",
                "Clients are told to come back later, because one address begins more connections than NOTIFY_HANDSHAKE_RATE allows.",
                address);
            return HandshakeRefusal.Rate;
        }

        if (_hasRefusedTokens && !_table.Apply(
            address.Key, _options.RefusedTokenRate, static (ref entry, _, rate, now) => !entry.Tokens.IsEmpty(rate, now)))
        {
            Refused(
                "auth_rate",
                "Clients are told to come back later, because one address showed more than 30 refused tokens in a minute.",
                address);
            return HandshakeRefusal.Rate;
        }

        if (_options.MaxConnections > 0 && !_table.Apply(address.Key, _options.MaxConnections, static (ref entry, isShared, most, _) =>
            isShared || (entry.Connections < most && ++entry.Connections > 0)))
        {
            Refused(
                "address",
                "Clients are told to come back later, because one address has NOTIFY_MAX_CONNECTIONS_PER_ADDRESS connections.",
                address);
            return HandshakeRefusal.Connections;
        }

        return HandshakeRefusal.None;
    }

    /// <summary>Releases a connection.</summary>
    internal void Leave(AddressKey key)
    {
        if (!key.IsNone)
        {
            _table.GiveBack(key, 1, static (ref entry, count) => entry.Connections = Math.Max(entry.Connections - count, 0));
        }
    }

    /// <summary>Returns whether an address has sent too many wrong secrets.</summary>
    internal bool IsSecretBlocked(ClientAddress address)
    {
        if (address.Key.IsNone
            || !_table.Apply(
                address.Key,
                _options.SecretRate,
                static (ref entry, _, rate, now) => entry.Secrets.IsEmpty(rate, now)))
        {
            return false;
        }

        Refused(
            "secret_rate",
            "Requests are refused for a while, because one address showed more than 30 wrong secrets in a minute.",
            address);
        return true;
    }

    /// <summary>Counts a wrong secret.</summary>
    internal void RefusedSecret(ClientAddress address)
    {
        if (!address.Key.IsNone)
        {
            _table.Apply(address.Key, _options.SecretRate, static (ref entry, _, rate, now) => entry.Secrets.TryConsume(rate, now));
        }
    }

    /// <summary>Counts a refused token.</summary>
    internal void RefusedToken(ClientAddress address)
    {
        if (!address.Key.IsNone)
        {
            _hasRefusedTokens = true;
            _table.Apply(
                address.Key, _options.RefusedTokenRate, static (ref entry, _, rate, now) => entry.Tokens.TryConsume(rate, now));
        }
    }

    private void Refused(string limit, string sentence, ClientAddress address)
    {
        _metrics.Limits.Refused(limit);
        _refusals.Add(sentence, address.Address);
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Requests from {Peer} carry X-Forwarded-For, which does not count because NOTIFY_TRUSTED_PROXIES does not name that address. "
            + "If it is a proxy of yours, set NOTIFY_TRUSTED_PROXIES={Peer}; else ignore this.",
        EventName = "UntrustedForwarded")]
    private partial void LogUntrusted(IPAddress peer);
}
