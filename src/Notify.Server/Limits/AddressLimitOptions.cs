namespace Notify.Server.Limits;

/// <summary>What one client address may hold and do.</summary>
public sealed record AddressLimitOptions
{
    /// <summary>Whose <c>X-Forwarded-For</c> counts.</summary>
    public TrustedProxies Proxies { get; init; } = TrustedProxies.None;

    /// <summary>How many connections one address may have; 0 for no limit.</summary>
    public int MaxConnections { get; init; } = 2000;

    /// <summary>How many connections one address may begin; a rate without a cost is no limit.</summary>
    public TokenRate HandshakeRate { get; init; } = new(50, TimeSpan.FromSeconds(1), 200);

    /// <summary>How many wrong secrets one address may show.</summary>
    public TokenRate SecretRate { get; init; } = new(30, TimeSpan.FromMinutes(1), 30);

    /// <summary>How many addresses are remembered.</summary>
    public int Capacity { get; init; } = 1_000_000;
}
