using Notify.Protocol.Tokens;

namespace Notify.Server.Access;

/// <summary>Contains the claims of a token that was accepted, or the reason why it was refused.</summary>
/// <param name="Claims">The claims; null when the token is refused.</param>
/// <param name="Failure">The reason; <see cref="TokenFailure.None"/> when the token is accepted.</param>
internal readonly record struct TokenResult(TokenClaims? Claims, TokenFailure Failure)
{
    /// <summary>Gets the code for the client.</summary>
    public string Code => TokenCodes.Of(Failure);

    /// <summary>Creates the result of a valid token.</summary>
    public static TokenResult Accepted(TokenClaims claims) => new(claims, TokenFailure.None);

    /// <summary>Creates the result of a refused token.</summary>
    public static TokenResult Refused(TokenFailure failure) => new(null, failure);
}
