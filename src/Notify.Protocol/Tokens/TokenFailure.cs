namespace Notify.Protocol.Tokens;

/// <summary>Names the reason why a token is refused. The reasons are in the order in which a token is checked.</summary>
public enum TokenFailure
{
    /// <summary>The token is valid.</summary>
    None,

    /// <summary>The token is too long, is not a compact JWS, or its JSON or a claim has the wrong form.</summary>
    Malformed,

    /// <summary>The algorithm is not one of those that the configured keys allow, or the header has <c>crit</c>.</summary>
    BadAlgorithm,

    /// <summary>The header's <c>typ</c> is not that of an access token (RFC 8725, section 3.11).</summary>
    WrongType,

    /// <summary>No configured key has the header's <c>kid</c>.</summary>
    UnknownKey,

    /// <summary>No key can be read at the moment. The client may come back with the same token.</summary>
    NoKeys,

    /// <summary>The signature does not match.</summary>
    BadSignature,

    /// <summary><c>exp</c> has passed.</summary>
    Expired,

    /// <summary><c>nbf</c> or <c>iat</c> is in the future.</summary>
    NotYetValid,

    /// <summary><c>exp</c> or <c>session_exp</c> is further away than <c>NOTIFY_TOKEN_MAX_AGE</c>.</summary>
    TooLong,

    /// <summary><c>aud</c> does not contain <c>NOTIFY_TOKEN_AUDIENCE</c>.</summary>
    WrongAudience,

    /// <summary><c>iss</c> is not <c>NOTIFY_TOKEN_ISSUER</c>.</summary>
    WrongIssuer,

    /// <summary>The claim <c>connection</c> names another connection.</summary>
    WrongConnection,

    /// <summary>The user's or the session's tokens of that time, or this token, were revoked.</summary>
    Revoked,

    /// <summary>The user is blocked.</summary>
    Blocked,
}
