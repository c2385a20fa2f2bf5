using System.Collections.Concurrent;
using System.Net;
using Notify.Broker;
using Notify.Broker.Metrics;
using Notify.Protocol.Tokens;

namespace Notify.Server.Access;

/// <summary>
/// Counts refused tokens, and logs them at most once a minute for each reason, with their number and the last one. Never logs a token.
/// </summary>
/// <param name="metrics">The counters.</param>
/// <param name="logger">The log.</param>
/// <param name="time">The clock for the minute.</param>
internal sealed partial class TokenRefusals(BrokerMetrics metrics, ILogger<TokenRefusals> logger, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TokenFailure, MinuteLog<(TokenResult Result, IPAddress? Address)>> _reasons = new();

    /// <summary>Counts a refused token.</summary>
    /// <param name="result">The result of the token; an accepted one is ignored.</param>
    /// <param name="address">The address of the client; null when it is unknown.</param>
    public void Add(TokenResult result, IPAddress? address)
    {
        if (result.Failure == TokenFailure.None)
        {
            return;
        }

        metrics.Access.TokenRefused(TokenCodes.Reason(result.Failure));

        // The log does not need the claims.
        _reasons.GetOrAdd(result.Failure, static (failure, log) => log.Create(failure), this).Add((result with { Claims = null }, address));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var reason in _reasons.Values)
        {
            reason.Dispose();
        }
    }

    private MinuteLog<(TokenResult Result, IPAddress? Address)> Create(TokenFailure failure)
    {
        // These happen without anybody's mistake.
        var level = failure is TokenFailure.Expired or TokenFailure.Revoked or TokenFailure.Blocked
            ? LogLevel.Information
            : LogLevel.Warning;
        return new(time, Interval, (count, last) => LogRefused(
            level,
            TokenCodes.Reason(failure),
            last.Result.Detail ?? TokenCodes.Sentence(TokenCodes.Of(failure)),
            count,
            last.Address is { } address ? address : "unknown",
            LogText.Of(last.Result.KeyId),
            LogText.Of(last.Result.Issuer)));
    }

    [LoggerMessage(
        EventId = 1,
        EventName = "TokensRefused",
        Message = "Tokens are refused ({Reason}): {Detail}. Refused: {Count}, the last one from {Address}, kid {KeyId}, iss {Issuer}. "
            + "Logged at most once a minute.")]
    private partial void LogRefused(LogLevel level, string reason, string detail, long count, object address, string keyId, string issuer);
}
