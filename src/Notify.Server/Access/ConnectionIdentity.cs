using Notify.Protocol.Tokens;

namespace Notify.Server.Access;

/// <summary>
/// Represents who a connection is: a user (a token with <c>sub</c>), or the bearer of a channel token. It never changes; a refresh replaces
/// it. Its deadlines are in milliseconds of the monotonic clock, so a jump of the wall clock does not move them.
/// </summary>
public sealed class ConnectionIdentity
{
    private static readonly TimeSpan WarningTime = TimeSpan.FromSeconds(30);

    private ConnectionIdentity(TokenClaims claims)
    {
        Claims = claims;
    }

    /// <summary>Gets the claims of the token.</summary>
    public TokenClaims Claims { get; }

    /// <summary>Gets the user; null for the bearer of a channel token.</summary>
    public string? User => Claims.User;

    /// <summary>Gets when the client is asked for a new token.</summary>
    public long WarnAt { get; private init; }

    /// <summary>Gets when the session of the token ends, without the tolerance for clocks.</summary>
    public long ExpiresAt { get; private init; }

    /// <summary>Gets when the connection ends, unless it has a new token by then.</summary>
    public long EndsAt { get; private init; }

    /// <summary>Creates the identity of a token that was just accepted.</summary>
    /// <param name="claims">The claims.</param>
    /// <param name="wallNow">The time of day.</param>
    /// <param name="now">The time of the monotonic clock, in milliseconds.</param>
    /// <param name="skew">The tolerated difference between clocks.</param>
    /// <param name="spread">
    /// A random number from 0 to 1. Without it, clients that reconnected together would ask the backend for new tokens together for ever.
    /// </param>
    public static ConnectionIdentity Of(TokenClaims claims, DateTimeOffset wallNow, long now, TimeSpan skew, double spread)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var life = Math.Max((claims.SessionExpiresAt * 1000) - wallNow.ToUnixTimeMilliseconds(), 0);
        var early = spread * Math.Min(WarningTime.TotalMilliseconds, life / 5.0);
        return new ConnectionIdentity(claims)
        {
            ExpiresAt = now + life,
            EndsAt = now + life + (long)skew.TotalMilliseconds,
            WarnAt = now + Math.Max(life - (long)(WarningTime.TotalMilliseconds + early), 0),
        };
    }

    /// <summary>Returns how long the session of the token still lasts, in milliseconds.</summary>
    /// <param name="now">The time of the monotonic clock, in milliseconds.</param>
    public long RemainingAt(long now) => Math.Max(ExpiresAt - now, 0);

    /// <summary>Returns only the type's name, because identities must not be logged.</summary>
    public override string ToString() => nameof(ConnectionIdentity);
}
