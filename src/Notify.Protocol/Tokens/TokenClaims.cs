namespace Notify.Protocol.Tokens;

/// <summary>Contains the claims of a token that is well formed. All times are whole seconds since 1970.</summary>
public sealed record TokenClaims
{
    /// <summary>The largest number of announcement channels in a token.</summary>
    public const int MaxFollows = 32;

    /// <summary>Gets the user: 1 to 190 bytes of UTF-8; null for a channel token.</summary>
    public string? User { get; init; }

    /// <summary>Gets <c>exp</c>.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>Gets until when a connection that began with this token may live: <c>session_exp</c>, or <c>exp</c>.</summary>
    public required long SessionExpiresAt { get; init; }

    /// <summary>Gets <c>iat</c>, or without it the earliest possible time: <c>exp</c> less <c>NOTIFY_TOKEN_MAX_AGE</c>.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>Gets the later one of <c>nbf</c> and <c>iat</c>, before which the token is not valid; null without both.</summary>
    public long? NotBefore { get; init; }

    /// <summary>Gets the channels that the token grants.</summary>
    public ChannelGrants Channels { get; init; } = ChannelGrants.None;

    /// <summary>
    /// Gets <c>follow</c>, the announcement channels of the user: at most <see cref="MaxFollows"/>, which the token also grants. Null
    /// without it.
    /// </summary>
    public IReadOnlyList<string>? Follows { get; init; }

    /// <summary>Gets <c>sid</c>, the session or device: at most 64 bytes; null without it.</summary>
    public string? SessionId { get; init; }

    /// <summary>Gets the only connection on which the token holds; null for all.</summary>
    public string? ConnectionId { get; init; }

    /// <summary>Gets <c>jti</c>, the id of the token: at most 64 bytes; null without it.</summary>
    public string? Id { get; init; }

    /// <summary>Gets <c>iss</c>; null without it.</summary>
    public string? Issuer { get; init; }

    /// <summary>Returns only the type's name, because claims must not be logged.</summary>
    public override string ToString() => nameof(TokenClaims);
}
