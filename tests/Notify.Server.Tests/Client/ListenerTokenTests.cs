using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Notify.Client;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Client;

/// <summary>Tests how the listener of the client library shows and renews its token. The server's clock is advanced by the test.</summary>
[Trait("Duration", "Long")]
public sealed class ListenerTokenTests : IAsyncLifetime
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private NotifyServer _server = null!;
    private int _asked;

    public async Task InitializeAsync()
    {
        Assert.True(AccessRules.TryParse("token", out var rules));
        var options = NotifyServer.Default with
        {
            Access = NotifyServer.Default.Access with { Rules = rules },
            Token = new TokenOptions { Secret = SignedToken.Secret },
        };
        _server = new NotifyServer(options, time: _time);
        await _server.InitializeAsync();
    }

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_token_is_renewed_on_the_same_connection_before_it_expires()
    {
        await using var heard = Heard.Begin(Listener(Token));
        await ListensAsync(heard, 1);

        // Each renewal is at least 18 seconds after the one before, and the token would expire if one took 30 seconds of this clock.
        await _time.PassUntilAsync(() => Volatile.Read(ref _asked) >= 5, TimeSpan.FromMilliseconds(500));
        Assert.True(_time.GetUtcNow() > _time.Start + Life, "the first token has expired");
        await _server.SendAsync("c", "1");
        await heard.HasAsync("1");
        Assert.DoesNotContain(heard.Statuses, static each => each.State == ListenState.Waiting);
    }

    [Fact]
    public async Task A_token_that_is_not_renewed_ends_the_connection_and_the_listener_comes_back_with_another()
    {
        // The second call is the one before the expiry.
        await using var heard = Heard.Begin(
            Listener(() => Volatile.Read(ref _asked) == 2 ? throw new HttpRequestException("the backend is away") : Token()));
        await ListensAsync(heard, 1);
        await _server.SendAsync("c", "1");
        await heard.HasAsync("1");

        await _time.PassUntilAsync(() => heard.Statuses.Any(static each => each.State == ListenState.Waiting));
        await _server.SendAsync("c", "2");
        await ListensAsync(heard, 2);

        await heard.HasAsync("1", "2");
        Assert.Equal(3, _asked);
    }

    [Fact]
    public async Task The_same_expired_token_again_is_refused_for_good()
    {
        var token = Token();
        _time.Advance(Life + TimeSpan.FromHours(1));
        await using var heard = Heard.Begin(Listener(() => token));
        var refused = await Assert.ThrowsAsync<NotifyRefusedException>(() => heard.Running.Soon());
        Assert.Equal("token_expired", refused.Code);
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_token_that_cannot_be_had_now_is_asked_for_again()
    {
        await using var heard = Heard.Begin(
            Listener(() => Volatile.Read(ref _asked) < 3 ? throw new HttpRequestException("the backend is away") : Token()));
        await ListensAsync(heard, 1);
        Assert.Contains("the backend is away", heard.Statuses[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forged_token_is_refused_for_good()
    {
        var forged = SignedToken.Of(Claims(), secret: SignedToken.OtherSecret);
        await using var heard = Heard.Begin(Listener(() => forged));
        var refused = await Assert.ThrowsAsync<NotifyRefusedException>(() => heard.Running.Soon());
        Assert.Equal("bad_token", refused.Code);
        Assert.DoesNotContain(forged, refused.Message, StringComparison.Ordinal);
    }

    // A lost message between actors is repeated, for which time has to pass on the clock of the server. It passes as fast as it does, or
    // the token would expire meanwhile.
    private async Task ListensAsync(Heard heard, int times)
    {
        bool Listens() => heard.Statuses.Count(static each => each.State == ListenState.Listening) >= times;
        var began = Stopwatch.GetTimestamp();
        await TestTimeouts.UntilAsync(() =>
        {
            if (Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(1))
            {
                began = Stopwatch.GetTimestamp();
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            return Listens() || heard.Running.IsCompleted;
        });
        Assert.True(Listens(), "the listener has ended");
    }

    private string Token() => SignedToken.Of(Claims());

    private string Claims()
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return $$"""{"sub":"42","iat":{{now}},"exp":{{now + (long)Life.TotalSeconds}},"channels":["c"]}""";
    }

    private NotifyListener Listener(Func<string> token) => new(new NotifyClientOptions
    {
        Address = _server.Address,
        Key = NotifyServer.Key,
        GetToken = _ =>
        {
            Interlocked.Increment(ref _asked);
            return ValueTask.FromResult<string?>(token());
        },
    });
}
