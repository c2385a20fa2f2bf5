using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Notify.Broker.Metrics;
using Notify.Protocol.Tokens;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>
/// Verifies tokens: first their form (<see cref="TokenShape"/>), because the library accepts more than one meaning, then the signature
/// with the library, then lifetime, audience, issuer and revocations. Remembers verified tokens, because clients that reconnect bring the
/// one they had: up to <see cref="CacheBytes"/> of memory, which is about 40,000 small tokens. A remembered token costs a hash instead of
/// a signature; its key must still be in use, and its times and revocations are checked again.
/// </summary>
internal sealed class TokenVerifier : ITokenVerifier
{
    /// <summary>The estimated memory of all remembered tokens, in bytes.</summary>
    public const long CacheBytes = 32L << 20;

    // Estimates of the memory of a remembered token, of one of its patterns, and of a character of its text.
    private const int EntryBytes = 512;
    private const int PatternBytes = 96;
    private const int CharacterBytes = 2;

    private readonly JsonWebTokenHandler _library = new() { MapInboundClaims = false };
    private readonly BoundedCache<UInt256, Verified> _cache = new(CacheBytes);
    private readonly TokenOptions _options;
    private readonly TokenRules _rules;
    private readonly KeyRing _keys;
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Func<TokenClaims, TokenFailure> _findRevocation;

    /// <summary>Prepares verification.</summary>
    /// <param name="options">Audience, issuer and the rules for times.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="metrics">The counters of accepted tokens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="findRevocation">Returns why a token that is otherwise valid is refused; <see cref="TokenFailure.None"/> if it is
    /// not. It is called last, and for each use of a token.</param>
    public TokenVerifier(
        TokenOptions options, KeyRing keys, BrokerMetrics metrics, TimeProvider time, Func<TokenClaims, TokenFailure> findRevocation)
    {
        (_options, _keys, _metrics, _time, _findRevocation) = (options, keys, metrics, time, findRevocation);
        _rules = new TokenRules { UserClaim = options.UserClaim, Skew = options.Skew, MaxAge = options.MaxAge };
    }

    /// <summary>Gets the number of remembered tokens.</summary>
    public int Remembered => _cache.Count;

    /// <inheritdoc />
    public async ValueTask<TokenResult> VerifyAsync(string token, CancellationToken cancellation = default)
    {
        var now = _time.GetUtcNow();
        if (token.Length > TokenShape.MaxLength)
        {
            return Refuse(TokenShape.Read(token, _rules), keyId: null);
        }

        var hash = HashOf(token);
        if (_cache.TryGet(hash, now.ToUnixTimeSeconds(), out var known) && _keys.Holds(known.Key))
        {
            var failure = TokenTimes.Check(known.Claims, _rules, now, out var detail);
            return failure == TokenFailure.None
                ? Finish(known)
                : TokenResult.Refused(failure, detail) with { KeyId = known.KeyId, Issuer = known.Claims.Issuer };
        }

        var reading = TokenShape.Read(token, _rules);
        if (reading.Header is not { } header)
        {
            return Refuse(reading, keyId: null);
        }

        var search = _keys.Find(header);
        var (key, result) = await CheckAsync(token, reading, search, now);
        if (search.MayRead && result.Failure is TokenFailure.BadSignature or TokenFailure.NoKeys)
        {
            search = await _keys.ReadAsync(header, cancellation);
            (key, result) = await CheckAsync(token, reading, search, now);
        }

        if (key is null || result.Claims is not { } claims)
        {
            return result with { KeyId = header.KeyId, Issuer = reading.Issuer };
        }

        var verified = new Verified(claims, key, header.KeyId);
        var cost = EntryBytes + (token.Length * CharacterBytes) + (claims.Channels.Count * PatternBytes);
        var end = claims.ExpiresAt + (long)_rules.Skew.TotalSeconds;
        _cache.Set(hash, verified, cost, end, now.ToUnixTimeSeconds());
        return Finish(verified);
    }

    private static TokenResult Refuse(TokenReading reading, string? keyId) =>
        TokenResult.Refused(reading.Failure, reading.Detail) with { KeyId = keyId, Issuer = reading.Issuer };

    // The text itself is not kept, so nobody can read tokens from the memory of the cache.
    private static UInt256 HashOf(string token)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
        return MemoryMarshal.Read<UInt256>(hash);
    }

    private TokenResult Finish(Verified token)
    {
        var failure = _findRevocation(token.Claims);
        if (failure != TokenFailure.None)
        {
            return TokenResult.Refused(failure) with { KeyId = token.KeyId, Issuer = token.Claims.Issuer };
        }

        _metrics.Access.TokenAccepted(token.Key.Label);
        return TokenResult.Accepted(token.Claims) with { KeyId = token.KeyId };
    }

    private async ValueTask<(VerificationKey? Key, TokenResult Result)> CheckAsync(
        string token, TokenReading reading, KeySearch search, DateTimeOffset now)
    {
        if (search.Keys.Count == 0)
        {
            return (null, TokenResult.Refused(search.Failure));
        }

        // Only the signature: when the library does not know a kid, it checks everything else before it says that the signature is wrong.
        // Whoever cannot sign would then be told of an expired token.
        var parameters = new TokenValidationParameters
        {
            IssuerSigningKeys = search.Keys.Select(static key => key.Key),
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = [reading.Header!.Algorithm],
            RequireExpirationTime = false,
            ValidateLifetime = false,
            ValidateAudience = false,
            ValidateIssuer = false,
        };

        // Completes synchronously, because the keys are here.
        var validation = await _library.ValidateTokenAsync(token, parameters);
        if (!validation.IsValid)
        {
            return (null, Explain(validation.Exception, reading));
        }

        if (reading.Claims is not { } claims)
        {
            return (null, Refuse(reading, keyId: null));
        }

        var signed = (JsonWebToken)validation.SecurityToken;
        var result = CheckClaims(claims, signed, now);
        return result.Failure == TokenFailure.None
            ? (search.Keys.First(key => ReferenceEquals(key.Key, signed.SigningKey)), result)
            : (null, result);
    }

    private static TokenResult Explain(Exception? exception, TokenReading reading) => exception switch
    {
        SecurityTokenInvalidSignatureException => TokenResult.Refused(
            TokenFailure.BadSignature, "its signature does not match; compare the keys of the backend and of this server"),
        _ when reading.Failure != TokenFailure.None => Refuse(reading, keyId: null),
        _ => TokenResult.Refused(TokenFailure.Malformed, $"the library refuses it ({exception?.GetType().Name})"),
    };

    private TokenResult CheckClaims(TokenClaims claims, JsonWebToken signed, DateTimeOffset now)
    {
        var failure = TokenTimes.Check(claims, _rules, now, out var detail);
        if (failure != TokenFailure.None)
        {
            return TokenResult.Refused(failure, detail);
        }

        if (_options.Audience.Length > 0 && !signed.Audiences.Contains(_options.Audience))
        {
            return TokenResult.Refused(TokenFailure.WrongAudience, "its aud does not contain NOTIFY_TOKEN_AUDIENCE");
        }

        return _options.Issuer.Length > 0 && claims.Issuer != _options.Issuer
            ? TokenResult.Refused(TokenFailure.WrongIssuer, "its iss is not NOTIFY_TOKEN_ISSUER")
            : TokenResult.Accepted(claims);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct UInt256(UInt128 High, UInt128 Low);

    private sealed record Verified(TokenClaims Claims, VerificationKey Key, string? KeyId);
}
