namespace Notify.Protocol.Tokens;

/// <summary>
/// Contains what a token says, or why its form is wrong. Nothing of it is verified. Without a header the header is wrong; with a header and
/// without claims, the claims are.
/// </summary>
public sealed class TokenReading
{
    /// <summary>Gets the header; null when it is wrong.</summary>
    public TokenHeader? Header { get; init; }

    /// <summary>Gets the claims; null when they, or the header, are wrong.</summary>
    public TokenClaims? Claims { get; init; }

    /// <summary>Gets <c>iss</c>, also of a token whose other claims are wrong; null when it cannot be read.</summary>
    public string? Issuer { get; init; }

    /// <summary>Gets the reason; <see cref="TokenFailure.None"/> when the form is right.</summary>
    public TokenFailure Failure { get; init; }

    /// <summary>Gets a sentence about the failure for the log, without content of the token; empty when the form is right.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Returns only the failure, because tokens must not be logged.</summary>
    public override string ToString() => Failure.ToString();
}
