using Microsoft.Extensions.Time.Testing;
using Notify.Server.Limits;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests the responses to an address that has reached a limit, in the form of each protocol.</summary>
[Trait("Duration", "Long")]
public sealed class AddressRefusalTests
{
    private const string Client = "X-Forwarded-For: 203.0.113.1";
    private const string Other = "X-Forwarded-For: 203.0.113.2";

    [Fact]
    public async Task An_address_with_too_many_connections_is_refused_and_another_is_served()
    {
        // Time does not pass, because the session of a client that never polls ends after some seconds.
        await using var started = await StartAsync(
            new AddressLimitOptions { MaxConnections = 1, HandshakeRate = default }, new FakeTimeProvider());
        var server = started.Server;
        using var counts = new Counts(server.Metrics);
        Assert.Equal(200, (await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling", Client)).Status);

        var polling = await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling", Client);
        Assert.Equal(
            (503, "{\"code\":6,\"message\":\"Too many connections\"}", "10"),
            (polling.Status, polling.Body, polling.Headers["Retry-After"]));
        using var plain = await RawSocket.OpenAsync(server, "/ws", "?key=K1", forwardedFor: "203.0.113.1");
        Assert.StartsWith("""{"type":"closing","code":"limit",""", await plain.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("closed 4010", await plain.ReceiveAsync());
        var stream = await RawHttp.GetAsync(server, "/events?key=K1&channel=c", Client);
        Assert.Equal(200, stream.Status);
        Assert.Contains("retry:", stream.Body, StringComparison.Ordinal);
        Assert.Equal(3, counts["notify.limit.refusals{address}"]);

        Assert.Equal(200, (await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling", Other)).Status);
    }

    [Fact]
    public async Task An_address_that_begins_connections_too_fast_is_told_to_wait()
    {
        await using var started = await StartAsync(new AddressLimitOptions { HandshakeRate = new(1, burstSeconds: 4) });
        var server = started.Server;
        using var counts = new Counts(server.Metrics);
        RawResponse answer;
        do
        {
            answer = await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling", Client);
        }
        while (answer.Status == 200);

        Assert.Equal(
            (429, "{\"code\":6,\"message\":\"Too many requests\"}", "10"),
            (answer.Status, answer.Body, answer.Headers["Retry-After"]));
        Assert.Equal(1, counts["notify.limit.refusals{handshake_rate}"]);
        Assert.Equal(200, (await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling", Other)).Status);
    }

    [Theory]
    [InlineData("/send", "\"this address has shown too many wrong secrets; try again in a minute\"")]
    [InlineData("/api/channels", "This address has shown too many wrong secrets; try again in a minute.")]
    public async Task An_address_that_guesses_secrets_is_answered_no_longer(string path, string words)
    {
        // The clock stands still, because the guesses are forgotten one by one.
        await using var started = await StartAsync(new AddressLimitOptions(), new FakeTimeProvider());
        var server = started.Server;
        var method = path == "/send" ? "POST" : "GET";
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(
                401,
                (await RawHttp.SendAsync(server, new RawRequest(method, path, [Client, $"notification-secret: guess{i}"]))).Status);
        }

        var answer = await RawHttp.SendAsync(server, new RawRequest(method, path, [Client, "notification-secret: S1"]));
        Assert.Equal((429, "60"), (answer.Status, answer.Headers["Retry-After"]));
        Assert.Contains(words, answer.Body, StringComparison.Ordinal);
        Assert.NotEqual(429, (await RawHttp.SendAsync(server, new RawRequest(method, path, [Other, "notification-secret: S1"]))).Status);

        // A private peer may be a proxy for many clients.
        Assert.NotEqual(429, (await RawHttp.SendAsync(server, new RawRequest(method, path, ["notification-secret: S1"]))).Status);
    }

    [Fact]
    public async Task A_polling_session_that_is_never_polled_again_ends_within_seconds()
    {
        await using var started = await StartAsync(new AddressLimitOptions());
        var server = started.Server;
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, (await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling", Client)).Status);
        }

        using var polling = await PollingClient.ConnectAsync(server);
        await TestTimeouts.UntilAsync(() => server.Limits.Connections == 1);
        Assert.StartsWith("200", await polling.PostAsync("42[\"join\",\"c\"]"), StringComparison.Ordinal);
    }

    private static async Task<Started> StartAsync(AddressLimitOptions address, TimeProvider? time = null)
    {
        Assert.True(TrustedProxies.TryParse("loopback", out var proxies));
        var server = new NotifyServer(NotifyServer.Default with { Address = address with { Proxies = proxies } }, time: time);
        await server.InitializeAsync();
        return new Started(server);
    }

    private sealed record Started(NotifyServer Server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Server.DisposeAsync();
    }
}
