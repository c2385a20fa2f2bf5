namespace Notify.Server.Limits;

/// <summary>Configures the limits of one client address.</summary>
public sealed record AddressLimitOptions
{
    /// <summary>Gets the proxies whose <c>X-Forwarded-For</c> is trusted.</summary>
    public TrustedProxies Proxies { get; init; } = TrustedProxies.None;

    /// <summary>Gets the maximum number of connections of one address; 0 for no limit.</summary>
    public int MaxConnections { get; init; } = 2000;

    /// <summary>Gets the rate at which one address may open connections. A rate without a cost is no limit.</summary>
    public TokenRate HandshakeRate { get; init; } = new(50, TimeSpan.FromSeconds(1), 200);

    /// <summary>Gets the rate of wrong secrets that one address may send.</summary>
    public TokenRate SecretRate { get; init; } = new(30, TimeSpan.FromMinutes(1), 30);

    /// <summary>Gets the rate of refused tokens that one address may send.</summary>
    public TokenRate RefusedTokenRate { get; init; } = new(30, TimeSpan.FromMinutes(1), 30);

    /// <summary>Gets the number of addresses that are tracked.</summary>
    public int Capacity { get; init; } = 1_000_000;
}
