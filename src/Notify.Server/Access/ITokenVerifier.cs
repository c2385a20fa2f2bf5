namespace Notify.Server.Access;

/// <summary>Verifies tokens for every transport: shape, signature, lifetime, audience, issuer, and revocations.</summary>
internal interface ITokenVerifier
{
    /// <summary>
    /// Verifies a token. Completes synchronously unless the keys have to be read. Never throws for what the token contains.
    /// </summary>
    /// <param name="token">The token, of any length.</param>
    /// <param name="cancellation">Ends the wait for keys.</param>
    ValueTask<TokenResult> VerifyAsync(string token, CancellationToken cancellation = default);
}
