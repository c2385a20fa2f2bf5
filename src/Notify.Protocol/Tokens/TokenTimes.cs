namespace Notify.Protocol.Tokens;

/// <summary>Decides whether a token is valid at a moment.</summary>
public static class TokenTimes
{
    private const long MillisecondsPerSecond = 1000;

    /// <summary>Checks <c>exp</c>, then <c>nbf</c> and <c>iat</c>, then the longest validity.</summary>
    /// <param name="claims">The claims.</param>
    /// <param name="rules">The tolerated difference between clocks, and the longest validity.</param>
    /// <param name="now">The moment.</param>
    /// <param name="detail">A sentence for the log; empty when the token is valid.</param>
    public static TokenFailure Check(TokenClaims claims, TokenRules rules, DateTimeOffset now, out string detail)
    {
        var milliseconds = now.ToUnixTimeMilliseconds();
        var skew = (long)rules.Skew.TotalMilliseconds;
        if (claims.ExpiresAt * MillisecondsPerSecond <= milliseconds - skew)
        {
            detail = "its exp has passed";
            return TokenFailure.Expired;
        }

        if (claims.NotBefore * MillisecondsPerSecond > milliseconds + skew)
        {
            detail = "its nbf or iat is in the future; compare the clocks of the servers";
            return TokenFailure.NotYetValid;
        }

        // A backend whose clock is ahead may use the whole time as well.
        if (claims.SessionExpiresAt * MillisecondsPerSecond > milliseconds + (long)rules.MaxAge.TotalMilliseconds + skew)
        {
            // Milliseconds since 1970 are a thousand times the present; seconds would be in a distant millennium.
            detail = claims.SessionExpiresAt >= milliseconds
                ? "its exp or session_exp looks like milliseconds; both are seconds"
                : "its exp or session_exp is further away than NOTIFY_TOKEN_MAX_AGE";
            return TokenFailure.TooLong;
        }

        detail = "";
        return TokenFailure.None;
    }
}
