using Notify.Protocol.Tokens;
using Notify.Server.Access;

namespace Notify.Server.Tests.Access;

/// <summary>Tests what is remembered of verified tokens.</summary>
public sealed class TokenCacheTests : IDisposable
{
    private readonly VerifierHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_verified_token_is_remembered_once_and_a_refused_one_is_not()
    {
        var token = SignedToken.Of(_host.Payload());

        Assert.Same(_host.Verify(token).Claims, _host.Verify(token).Claims);
        Assert.Equal(TokenFailure.BadSignature, _host.FailureOf(SignedToken.Of(_host.Payload(), secret: SignedToken.OtherSecret)));
        Assert.Equal(1, _host.Verifier.Remembered);
        Assert.Equal(2, _host.Counts["notify.auth.accepted{current}"]);
    }

    [Fact]
    public void The_times_of_a_remembered_token_are_checked_again()
    {
        var token = SignedToken.Of(_host.Payload());
        Assert.Equal(TokenFailure.None, _host.FailureOf(token));

        _host.Time.Advance(TimeSpan.FromSeconds(929));
        Assert.Equal(TokenFailure.None, _host.FailureOf(token));

        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TokenFailure.Expired, _host.FailureOf(token));
        Assert.Equal(0, _host.Verifier.Remembered);
    }

    [Fact]
    public void A_clock_that_is_set_back_makes_a_remembered_token_not_yet_valid()
    {
        using var host = new VerifierHost();
        host.Time.AutoAdvanceAmount = TimeSpan.Zero;
        var token = SignedToken.Of(host.Payload($"\"iat\":{host.Now}"));
        Assert.Equal(TokenFailure.None, host.FailureOf(token));

        host.Time.AdjustTime(host.Time.GetUtcNow() - TimeSpan.FromMinutes(1));

        Assert.Equal(TokenFailure.NotYetValid, host.FailureOf(token));
    }

    [Fact]
    public void Revocations_act_on_remembered_tokens()
    {
        var token = SignedToken.Of(_host.Payload());
        Assert.Equal(TokenFailure.None, _host.FailureOf(token));

        _host.Revocation = static claims => claims.User == "42" ? TokenFailure.Blocked : TokenFailure.None;
        Assert.Equal(TokenFailure.Blocked, _host.FailureOf(token));

        _host.Revocation = null;
        Assert.Equal(TokenFailure.None, _host.FailureOf(token));
    }

    [Fact]
    public void Remembered_tokens_have_bounded_memory()
    {
        var channels = string.Join(',', Enumerable.Repeat("\"c\"", 500));
        for (var i = 0; i < 1500; i++)
        {
            Assert.Equal(TokenFailure.None, _host.FailureOf(SignedToken.Of(_host.Payload($"\"sub\":{i},\"channels\":[{channels}]"))));
        }

        // Each of them counts as about 54 kB.
        Assert.InRange(_host.Verifier.Remembered, 1, (int)(TokenVerifier.CacheBytes / (500 * 96)));
    }
}
