namespace Notify.Server.Options;

/// <summary>Configures the tokens of clients. Without a key, tokens are ignored.</summary>
public sealed record TokenOptions
{
    /// <summary>Gets <c>NOTIFY_TOKEN_SECRET</c>, the secret of HS256; empty when there is none.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Gets <c>NOTIFY_TOKEN_SECRET_PREVIOUS</c>, which is accepted as well; empty when there is none.</summary>
    public string PreviousSecret { get; init; } = "";

    /// <summary>Gets <c>NOTIFY_TOKEN_PUBLIC_KEY</c>: a PEM file with public keys; null when there is none.</summary>
    public string? PublicKeyPath { get; init; }

    /// <summary>Gets <c>NOTIFY_TOKEN_JWKS</c>: the URL or the file of a JSON Web Key Set (RFC 7517); null when there is none.</summary>
    public string? Jwks { get; init; }

    /// <summary>Gets <c>NOTIFY_TOKEN_AUDIENCE</c>; empty when it is not checked.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Gets <c>NOTIFY_TOKEN_ISSUER</c>; empty when it is not checked.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Gets <c>NOTIFY_TOKEN_USER_CLAIM</c>: the claim that names the user.</summary>
    public string UserClaim { get; init; } = "sub";

    /// <summary>Gets <c>NOTIFY_TOKEN_SKEW</c>: the tolerated difference between clocks.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets <c>NOTIFY_TOKEN_MAX_AGE</c>: how far away the end of a token may be.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Gets <c>NOTIFY_TOKEN_COOKIE</c>: the cookie that carries the token; empty when none does.</summary>
    public string Cookie { get; init; } = "";

    /// <summary>Gets <c>NOTIFY_TOKEN_IN_QUERY</c>: whether a token may be a query parameter.</summary>
    public bool IsInQuery { get; init; } = true;

    /// <summary>Gets <c>NOTIFY_REQUIRE_TOKEN</c>: whether a connection without a token is ended after ten seconds.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Gets whether there is a key, so that tokens are looked at.</summary>
    public bool HasKeys => Secret.Length > 0 || PreviousSecret.Length > 0 || PublicKeyPath is not null || Jwks is not null;

    /// <summary>Returns only the type's name, because options may be logged.</summary>
    public override string ToString() => nameof(TokenOptions);
}
