namespace Notify.Server.Limits;

/// <summary>Configures the limits of one client address and of one user.</summary>
public sealed record AddressLimitOptions
{
    /// <summary>Gets <c>NOTIFY_TRUSTED_PROXIES</c>: the proxies whose <c>X-Forwarded-For</c> is trusted.</summary>
    public TrustedProxies Proxies { get; init; } = TrustedProxies.None;

    /// <summary>
    /// Gets <c>NOTIFY_MAX_CONNECTIONS_PER_ADDRESS</c>: the maximum number of connections of one address on this node; 0 for no limit.
    /// </summary>
    public int MaxConnections { get; init; } = 2000;

    /// <summary>
    /// Gets <c>NOTIFY_MAX_CONNECTIONS_PER_USER</c>: the maximum number of connections of one user on this node; 0 for no limit.
    /// </summary>
    public int MaxConnectionsPerUser { get; init; } = 100;

    /// <summary>
    /// Gets <c>NOTIFY_HANDSHAKE_RATE</c>: the rate at which one address may open connections. A rate without a cost is no limit.
    /// </summary>
    public TokenRate HandshakeRate { get; init; } = new(50, burstSeconds: 4);

    /// <summary>Gets the rate of wrong secrets that one address may send.</summary>
    public TokenRate SecretRate { get; init; } = new(30, TimeSpan.FromMinutes(1), 30);

    /// <summary>Gets the rate of refused tokens that one address may send.</summary>
    public TokenRate RefusedTokenRate { get; init; } = new(30, TimeSpan.FromMinutes(1), 30);

    /// <summary>Gets the number of addresses that are tracked.</summary>
    public int Capacity { get; init; } = 1_000_000;
}
