using Notify.Server.Limits;

namespace Notify.Server.Options;

/// <summary>Configures the limits of one client address and of one user.</summary>
public sealed record AddressOptions
{
    /// <summary>Gets <c>NOTIFY_TRUSTED_PROXIES</c>: the proxies whose <c>X-Forwarded-For</c> is trusted.</summary>
    public TrustedProxies TrustedProxies { get; init; } = TrustedProxies.None;

    /// <summary>
    /// Gets <c>NOTIFY_MAX_CONNECTIONS_PER_ADDRESS</c>: the maximum number of connections of one address on this node; 0 for no limit.
    /// </summary>
    public int MaxConnections { get; init; } = 2000;

    /// <summary>
    /// Gets <c>NOTIFY_HANDSHAKE_RATE</c>: the number of connections that one address may open each second; 0 for no limit.
    /// </summary>
    public int HandshakeRate { get; init; } = 50;

    /// <summary>
    /// Gets <c>NOTIFY_MAX_CONNECTIONS_PER_USER</c>: the maximum number of connections of one user on this node; 0 for no limit.
    /// </summary>
    public int MaxConnectionsPerUser { get; init; } = 100;

    /// <summary>Gets the burst of new connections: four seconds' worth.</summary>
    public int HandshakeBurst => HandshakeRate * 4;
}
