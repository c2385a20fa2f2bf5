using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Notify.Protocol.Tokens;
using Notify.Server.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Access;

/// <summary>Tests when a key set is read, and what tokens are told meanwhile.</summary>
public sealed class KeySetTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
    private readonly LogLines<KeySet> _log = new();
    private readonly ECDsa _a = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _b = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly KeySet _set;
    private Func<CancellationToken, Task<byte[]>> _answer;
    private int _reads;

    public KeySetTests()
    {
        _answer = _ => Task.FromResult(JsonKeys.Set(JsonKeys.Of(_a, "a")));
        _set = new KeySet(
            "https://login.example.com/jwks.json",
            cancellation =>
            {
                Interlocked.Increment(ref _reads);
                return _answer(cancellation);
            },
            _time,
            _log);
    }

    public void Dispose()
    {
        _set.Dispose();
        _a.Dispose();
        _b.Dispose();
    }

    [Fact]
    public async Task The_first_token_waits_for_the_first_read_and_the_next_ones_for_nothing()
    {
        Assert.Null(_set.TryFind(Header("a")));
        Assert.Equal("a", Assert.Single((await FindAsync("a")).Keys).Id);

        Assert.NotNull(_set.TryFind(Header("a")));
        Assert.Single((await FindAsync(null)).Keys);
        Assert.Equal(TokenFailure.BadAlgorithm, (await _set.FindAsync(new TokenHeader("RS256", "a"), default)).Failure);
        Assert.Equal(1, _reads);
        Assert.Equal(
            "Information: NOTIFY_TOKEN_JWKS=https://login.example.com/jwks.json is read: tokens are verified with its 1 keys. New: a; "
                + "gone: none.",
            Assert.Single(_log.Take()));
    }

    [Fact]
    public async Task After_a_rotation_a_new_key_is_read_at_once_unless_the_last_read_is_too_recent()
    {
        await FindAsync("a");
        _answer = _ => Task.FromResult(JsonKeys.Set(JsonKeys.Of(_b, "b")));

        // The client may come back with the same token.
        Assert.Equal(TokenFailure.NoKeys, (await FindAsync("b")).Failure);
        Assert.Equal(1, _reads);

        _time.Advance(KeySet.Pause);
        Assert.Equal("b", Assert.Single((await FindAsync("b")).Keys).Id);
        Assert.Equal(2, _reads);

        // The read replaced the whole set.
        Assert.Equal(TokenFailure.NoKeys, (await FindAsync("a")).Failure);
    }

    [Fact]
    public async Task A_key_that_a_read_did_not_have_is_unknown_for_half_a_minute()
    {
        await FindAsync("a");
        _time.Advance(KeySet.Pause);

        Assert.Equal(TokenFailure.UnknownKey, (await FindAsync("x")).Failure);
        _time.Advance(KeySet.UnknownTime - TimeSpan.FromSeconds(1));
        Assert.Equal(TokenFailure.UnknownKey, (await FindAsync("x")).Failure);
        Assert.Equal(2, _reads);

        _time.Advance(TimeSpan.FromSeconds(1));
        _answer = _ => Task.FromResult(JsonKeys.Set(JsonKeys.Of(_a, "x")));
        Assert.Equal("x", Assert.Single((await FindAsync("x")).Keys).Id);
    }

    [Fact]
    public async Task Ten_thousand_invented_keys_in_a_minute_cause_six_reads()
    {
        await FindAsync("a");
        for (var i = 0; i < 10_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(6));
            Assert.Contains((await FindAsync("x" + i)).Failure, new[] { TokenFailure.NoKeys, TokenFailure.UnknownKey });
            Assert.Single((await FindAsync("a")).Keys);
        }

        Assert.InRange(_reads, 6, 7);
    }

    [Fact]
    public async Task Tokens_share_a_read_and_only_the_one_that_caused_it_is_told_that_the_key_is_unknown()
    {
        await FindAsync("a");
        _time.Advance(KeySet.Pause);
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _answer = _ => answer.Task;

        var waiting = Enumerable.Range(0, 100).Select(i => FindAsync(i % 2 == 0 ? "b" : "x" + i)).ToArray();
        Assert.DoesNotContain(waiting, static one => one.IsCompleted);
        answer.SetResult(JsonKeys.Set(JsonKeys.Of(_b, "b")));
        var results = await Task.WhenAll(waiting).Soon();

        Assert.Equal(2, _reads);
        Assert.All(results.Where((_, i) => i % 2 == 0), static one => Assert.Single(one.Keys));
        Assert.All(results.Where((_, i) => i % 2 == 1), static one => Assert.Equal(TokenFailure.NoKeys, one.Failure));
    }

    [Fact]
    public async Task While_nothing_can_be_read_tokens_are_told_to_come_back()
    {
        _answer = static _ => throw new KeySetException("the answer was the status 503");

        Assert.Equal(TokenFailure.NoKeys, (await FindAsync("a")).Failure);
        Assert.Equal(TokenFailure.NoKeys, (await FindAsync("a")).Failure);
        Assert.Equal(TokenFailure.NoKeys, (await FindAsync(null)).Failure);
        Assert.Equal(1, _reads);
        Assert.StartsWith(
            "Warning: NOTIFY_TOKEN_JWKS=https://login.example.com/jwks.json cannot be read: the answer was the status 503. Failed: 1.",
            Assert.Single(_log.Take()),
            StringComparison.Ordinal);
        Assert.Equal("the answer was the status 503", _set.Failure);

        _time.Advance(KeySet.Pause);
        _answer = _ => Task.FromResult(JsonKeys.Set(JsonKeys.Of(_a, "a")));
        Assert.Single((await FindAsync("a")).Keys);
        Assert.Null(_set.Failure);
    }

    [Theory]
    [InlineData("<html>sign in</html>")]
    [InlineData("{\"keys\":[]}")]
    public async Task A_failed_read_changes_nothing_for_a_day(string lie)
    {
        await FindAsync("a");
        var key = _set.TryFind(Header("a"))!.Value.Keys[0];
        _answer = _ => Task.FromResult(System.Text.Encoding.UTF8.GetBytes(lie));
        _time.Advance(TimeSpan.FromHours(1));

        // An unknown key is not remembered after a failed read.
        Assert.Equal(TokenFailure.NoKeys, (await FindAsync("x")).Failure);
        _time.Advance(TimeSpan.FromHours(23) - TimeSpan.FromSeconds(1));
        Assert.Single((await FindAsync("a")).Keys);
        Assert.True(_set.Holds(key));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_set.Holds(key));
        Assert.Equal(TokenFailure.NoKeys, (await FindAsync("a")).Failure);
    }

    [Fact]
    public async Task A_read_without_an_answer_ends_after_two_seconds()
    {
        _answer = static async cancellation =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return [];
        };
        var waiting = FindAsync("a");
        await TestTimeouts.UntilAsync(() => Volatile.Read(ref _reads) == 1);

        await TestTimeouts.UntilAsync(() =>
        {
            _time.Advance(KeySet.Limit);
            return waiting.IsCompleted;
        });

        Assert.Equal(TokenFailure.NoKeys, (await waiting).Failure);
        await TestTimeouts.UntilAsync(() => _log.Take().Any(line => line.Contains("no answer within 2 s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_system_that_cannot_cancel_holds_up_nobody()
    {
        _answer = static _ => new TaskCompletionSource<byte[]>().Task;
        var waiting = FindAsync("a");
        await TestTimeouts.UntilAsync(() =>
        {
            _time.Advance(KeySet.Limit);
            return waiting.IsCompleted;
        });

        _answer = _ => Task.FromResult(JsonKeys.Set(JsonKeys.Of(_a, "a")));
        await TestTimeouts.UntilAsync(() =>
        {
            _time.Advance(KeySet.Pause);
            return _set.FindAsync(Header("a"), default).AsTask().Result.Keys.Count == 1;
        });
    }

    [Fact]
    public async Task Who_waits_can_give_up()
    {
        using var cancellation = new CancellationTokenSource();
        _answer = static _ => new TaskCompletionSource<byte[]>().Task;
        var waiting = _set.FindAsync(Header("a"), cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
    }

    [Fact]
    public async Task The_service_reads_at_the_start_and_every_hour()
    {
        await _set.StartAsync(CancellationToken.None);
        await TestTimeouts.UntilAsync(() => _set.TryFind(Header("a")) is not null);
        var first = _set.TryFind(Header("a"))!.Value.Keys[0];

        for (var hours = 1; hours <= 30; hours++)
        {
            await TestTimeouts.UntilAsync(() =>
            {
                _time.Advance(TimeSpan.FromMinutes(6));
                return Volatile.Read(ref _reads) > hours;
            });
        }

        // The same content keeps the same keys, so that verified tokens stay remembered.
        await TestTimeouts.UntilAsync(() => _set.Holds(first));
        await _set.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Ignored_keys_are_logged_once()
    {
        var key = "{\"kty\":\"OKP\",\"kid\":\"o\",\"crv\":\"Ed25519\",\"x\":\"AAAA\"}";
        _answer = _ => Task.FromResult(JsonKeys.Set(JsonKeys.Of(_a, "a"), key));
        await FindAsync("a");
        _answer = _ => Task.FromResult(JsonKeys.Set(JsonKeys.Of(_b, "b"), key));
        _time.Advance(KeySet.Pause);
        await FindAsync("b");

        Assert.Equal(
            "Warning: NOTIFY_TOKEN_JWKS=https://login.example.com/jwks.json: key o is ignored: it is Ed25519, which this version does not "
                + "verify; use ES256.",
            Assert.Single(_log.Take(), static line => line.StartsWith("Warning", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tokens_are_verified_with_the_set_and_remembered_until_their_key_has_gone()
    {
        using var host = new VerifierHost(static options => options with { Secret = "", Audience = "n" }, _set);
        var token = SignedToken.Of(host.Payload("\"aud\":\"n\""), _a, "{\"alg\":\"ES256\",\"kid\":\"a\"}");
        Assert.Equal(TokenFailure.None, (await host.Verifier.VerifyAsync(token)).Failure);
        Assert.Equal(TokenFailure.None, host.FailureOf(token));
        Assert.Equal(2, host.Counts["notify.auth.accepted{jwks}"]);
        Assert.Equal(TokenFailure.BadSignature, host.FailureOf(SignedToken.Of(host.Payload(), _b, "{\"alg\":\"ES256\",\"kid\":\"a\"}")));
        Assert.Equal(
            TokenFailure.NoKeys, host.FailureOf(SignedToken.Of(host.Payload("\"aud\":\"n\""), _b, "{\"alg\":\"ES256\",\"kid\":\"b\"}")));

        _answer = _ => Task.FromResult(JsonKeys.Set(JsonKeys.Of(_b, "b")));
        _time.Advance(KeySet.Pause);
        var next = SignedToken.Of(host.Payload("\"aud\":\"n\""), _b, "{\"alg\":\"ES256\",\"kid\":\"b\"}");
        Assert.Equal(TokenFailure.None, (await host.Verifier.VerifyAsync(next)).Failure);
        Assert.Equal(TokenFailure.NoKeys, host.FailureOf(token));
        _time.Advance(KeySet.Pause);
        Assert.Equal(TokenFailure.UnknownKey, (await host.Verifier.VerifyAsync(token)).Failure);
    }

    [Fact]
    public async Task Public_keys_of_a_file_serve_beside_the_set()
    {
        using var host = new VerifierHost(static options => options with { Audience = "n" }, _set, VerifierHost.PemOf(_b));
        await FindAsync("a");
        var payload = host.Payload("\"aud\":\"n\"");

        Assert.Equal(TokenFailure.None, host.FailureOf(SignedToken.Of(payload, _b)));
        Assert.Equal(TokenFailure.None, host.FailureOf(SignedToken.Of(payload, _b, "{\"alg\":\"ES256\",\"kid\":\"file\"}")));
        Assert.Equal(TokenFailure.None, host.FailureOf(SignedToken.Of(payload, _a)));
        Assert.Equal(TokenFailure.None, host.FailureOf(SignedToken.Of(payload, _a, "{\"alg\":\"ES256\",\"kid\":\"a\"}")));
        Assert.Equal(TokenFailure.NoKeys, host.FailureOf(SignedToken.Of(payload, _a, "{\"alg\":\"ES256\",\"kid\":\"z\"}")));
        Assert.Equal(1, _reads);
    }

    private static TokenHeader Header(string? id) => new("ES256", id);

    private Task<KeySearch> FindAsync(string? id) => _set.FindAsync(Header(id), CancellationToken.None).AsTask();
}
