using Notify.Server.Limits;

namespace Notify.Server.Options;

/// <summary>Holds what one client address may have and do.</summary>
public sealed record AddressOptions
{
    /// <summary><c>NOTIFY_TRUSTED_PROXIES</c>: the proxies whose <c>X-Forwarded-For</c> counts.</summary>
    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    /// <summary><c>NOTIFY_MAX_CONNECTIONS_PER_ADDRESS</c>: how many connections one address may have on this node, 0 for no limit.</summary>
    public int MaxConnections { get; init; } = 2000;

    /// <summary><c>NOTIFY_HANDSHAKE_RATE</c>: how many connections one address may begin each second, 0 for no limit.</summary>
    public int HandshakeRate { get; init; } = 50;

    /// <summary>How many of them may come at once: four seconds' worth.</summary>
    public int HandshakeBurst => HandshakeRate * 4;
}
