using Notify.Protocol.Tokens;

namespace Notify.Server.Access;

/// <summary>Contains the claims of a token that was accepted, or the reason why it was refused.</summary>
/// <param name="Claims">The claims; null when the token is refused.</param>
/// <param name="Failure">The reason; <see cref="TokenFailure.None"/> when the token is accepted.</param>
internal readonly record struct TokenResult(TokenClaims? Claims, TokenFailure Failure)
{
    /// <summary>Gets the token's <c>kid</c> for the log, as the sender chose it; null without one.</summary>
    public string? KeyId { get; init; }

    /// <summary>Gets the token's <c>iss</c> for the log, as the sender chose it; null without one.</summary>
    public string? Issuer { get; init; }

    /// <summary>Gets a sentence for the log about a refused token, without content of the token; null when the reason says all.</summary>
    public string? Detail { get; init; }

    /// <summary>Gets the code for the client.</summary>
    public string Code => TokenCodes.Of(Failure);

    /// <summary>Creates the result of a valid token.</summary>
    public static TokenResult Accepted(TokenClaims claims) => new(claims, TokenFailure.None) { Issuer = claims.Issuer };

    /// <summary>Creates the result of a refused token.</summary>
    public static TokenResult Refused(TokenFailure failure, string? detail = null) => new(null, failure) { Detail = detail };

    /// <summary>Returns the result of this token when it is refused after all, for example for another connection.</summary>
    public TokenResult ButRefused(TokenFailure failure, string? detail = null) =>
        this with { Claims = null, Failure = failure, Detail = detail };
}
