using System.Net;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Metrics;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

public sealed class TokenRefusalsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines<TokenRefusals> _log = new();
    private readonly BrokerMetrics _metrics = new();
    private readonly Counts _counts;
    private readonly TokenRefusals _refusals;

    public TokenRefusalsTests()
    {
        _counts = new Counts(_metrics);
        _refusals = new TokenRefusals(_metrics, _log, _time);
    }

    public void Dispose()
    {
        _refusals.Dispose();
        _counts.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Each_reason_is_logged_once_a_minute_with_its_count_and_the_last_token()
    {
        _refusals.Add(TokenResult.Refused(TokenFailure.BadSignature, "its signature is wrong") with { KeyId = "k" }, IPAddress.Loopback);
        _refusals.Add(TokenResult.Refused(TokenFailure.Expired), address: null);
        _refusals.Add(TokenResult.Refused(TokenFailure.BadSignature, "b") with { KeyId = "k" }, IPAddress.Loopback);
        _refusals.Add(TokenResult.Refused(TokenFailure.BadSignature, "b") with { KeyId = "l", Issuer = "me" }, IPAddress.IPv6Loopback);
        Assert.Equal(
            [
                "Warning: Tokens are refused (bad_signature): its signature is wrong. Refused: 1, the last one from 127.0.0.1, kid k, "
                    + "iss none. Logged at most once a minute.",
                "Information: Tokens are refused (expired): the token has expired; get a new one. Refused: 1, the last one from unknown, "
                    + "kid none, iss none. Logged at most once a minute.",
            ],
            _log.Take());

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            [
                "Warning: Tokens are refused (bad_signature): b. Refused: 2, the last one from ::1, kid l, iss me. "
                    + "Logged at most once a minute.",
            ],
            _log.Take());
        Assert.Equal(3, _counts["notify.auth.failures{bad_signature}"]);
        Assert.Equal(1, _counts["notify.auth.failures{expired}"]);
    }

    [Fact]
    public void What_a_client_sent_stays_on_its_line()
    {
        var result = TokenResult.Refused(TokenFailure.UnknownKey) with { KeyId = "a\r\nError: b\u2028c", Issuer = new string('i', 500) };

        _refusals.Add(result, IPAddress.Loopback);

        var line = Assert.Single(_log.Take());
        Assert.Contains("kid a??Error: b?c, iss " + new string('i', 128) + ".", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void An_accepted_token_that_is_refused_for_its_connection_counts_and_another_does_not()
    {
        var claims = new TokenClaims { ExpiresAt = 1, SessionExpiresAt = 1, IssuedAt = 1, Issuer = "me" };

        _refusals.Add(TokenResult.Accepted(claims), IPAddress.Loopback);
        Assert.Empty(_log.Take());

        var result = TokenResult.Accepted(claims).ButRefused(TokenFailure.WrongConnection);
        _refusals.Add(result, IPAddress.Loopback);
        Assert.Null(result.Claims);
        Assert.Contains("(wrong_connection)", Assert.Single(_log.Take()), StringComparison.Ordinal);
        Assert.Equal(1, _counts["notify.auth.failures{wrong_connection}"]);
    }
}
