using Microsoft.AspNetCore.Hosting;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>
/// Tests that a full node refuses JSON WebSockets with a close code and event streams with a retry delay, and serves its connected clients.
/// </summary>
public sealed class SessionPlacesTests
{
    [Fact]
    public async Task Past_the_connections_of_a_node_each_protocol_is_refused_in_its_own_words()
    {
        var server = await StartAsync(new ConnectionOptions { MaxConnections = 3 });
        try
        {
            using var counts = new Counts(server.Metrics);
            using var client = await JsonWebSocketClient.OpenAsync(server);
            await client.JoinAsync("c");
            var (stream, _) = await EventStream.OpenAsync(server, "?key=K1&channel=c");
            Assert.Contains("event: joined", await stream.ReadAsync(), StringComparison.Ordinal);
            using var polling = await PollingClient.ConnectAsync(server);

            await AssertPlainRefusedAsync(server);
            await AssertStreamRefusedAsync(server);
            Assert.Equal(503, (await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling")).Status);
            Assert.Equal(3, counts["notify.limit.refusals{connections}"]);
            Assert.Equal((3, 0, 2), (server.Limits.Connections, server.Limits.Handshakes, server.Sessions));

            await server.SendAsync("c", "1");
            Assert.EndsWith("\"data\":1}", await client.ReceiveAsync(), StringComparison.Ordinal);
            Assert.EndsWith("\"data\":1}", await stream.ReadAsync(), StringComparison.Ordinal);

            // Another client may take the released connection.
            stream.Dispose();
            await TestTimeouts.UntilAsync(() => server.Limits.Connections == 2);
            using var next = await JsonWebSocketClient.OpenAsync(server);
            await AssertStreamRefusedAsync(server);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Past_the_handshakes_of_a_node_a_stream_is_told_to_come_back()
    {
        var held = new HeldUpgrades();
        var server = await StartAsync(new ConnectionOptions { MaxHandshakes = 2 }, held);
        try
        {
            using var counts = new Counts(server.Metrics);
            using var client = await JsonWebSocketClient.OpenAsync(server);
            held.Hold();
            var underWay = new[] { JsonWebSocketClient.OpenAsync(server), JsonWebSocketClient.OpenAsync(server) };
            await TestTimeouts.UntilAsync(() => server.Limits.Handshakes == 2);

            await AssertStreamRefusedAsync(server);
            Assert.Equal(1, counts["notify.limit.refusals{handshakes}"]);
            Assert.Equal("""{"type":"pong"}""", await client.AskAsync("""{"type":"ping"}"""));

            held.Release();
            foreach (var opened in await Task.WhenAll(underWay))
            {
                opened.Dispose();
            }

            await TestTimeouts.UntilAsync(() => server.Limits is { Connections: 1, Handshakes: 0 });
            var (stream, _) = await EventStream.OpenAsync(server, "?key=K1&channel=c");
            stream.Dispose();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_handshake_that_fails_gives_its_place_back()
    {
        var held = new HeldUpgrades();
        var server = await StartAsync(new ConnectionOptions { MaxConnections = 1 }, held);
        try
        {
            held.Hold();
            var failing = JsonWebSocketClient.OpenAsync(server);
            await TestTimeouts.UntilAsync(() => server.Limits.Connections == 1);
            await AssertStreamRefusedAsync(server);

            held.Fail();
            await Assert.ThrowsAnyAsync<Exception>(() => failing);

            await TestTimeouts.UntilAsync(() => server.Limits is { Connections: 0, Handshakes: 0 });
            using var next = await JsonWebSocketClient.OpenAsync(server);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Refused_requests_take_no_place()
    {
        var server = await StartAsync(new ConnectionOptions { MaxConnections = 1 });
        try
        {
            using var counts = new Counts(server.Metrics);
            using var badKey = await RawSocket.OpenAsync(server, "/ws", "?key=wrong");
            Assert.Equal("closed 4501", await badKey.ReceiveAsync());
            foreach (var (status, path) in ((int, string)[])[
                (426, "/ws?key=K1"),
                (401, "/events?key=wrong&channel=c"),
                (400, "/events?key=K1")
            ])
            {
                Assert.Equal(status, (await RawHttp.GetAsync(server, path)).Status);
            }

            Assert.Equal(200, (await RawHttp.SendAsync(server, new RawRequest("HEAD", "/events?key=K1&channel=c", []))).Status);
            Assert.Equal(0, server.Limits.Connections);
            using var client = await JsonWebSocketClient.OpenAsync(server);

            // A client without access is refused for that reason, whether or not the node is full, because a retry is useless.
            using var late = await RawSocket.OpenAsync(server, "/ws", "?key=wrong");
            Assert.Equal("closed 4501", await late.ReceiveAsync());
            Assert.Equal(401, (await RawHttp.GetAsync(server, "/events?key=wrong&channel=c")).Status);
            Assert.Equal(0, counts["notify.limit.refusals{connections}"]);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task AssertPlainRefusedAsync(NotifyServer server)
    {
        using var refused = await RawSocket.OpenAsync(server, "/ws", "?key=K1");
        Assert.Matches("""^\{"type":"closing","code":"limit","reconnectAfterMs":([5-9]|1[0-4])[0-9]{3}\}$""", await refused.ReceiveAsync());
        Assert.Equal(("closed 4010", "limit"), (await refused.ReceiveAsync(), refused.CloseReason));
    }

    private static async Task AssertStreamRefusedAsync(NotifyServer server)
    {
        using var refused = await EventStream.RequestAsync(server, "?key=K1&channel=c");
        Assert.Equal(
            (200, "text/event-stream"),
            ((int)refused.Response.StatusCode, refused.Response.Content.Headers.ContentType?.MediaType));
        Assert.Matches("^retry: ([5-9]|1[0-4])[0-9]{3}$", await refused.ReadAsync());
        Assert.Null(await refused.ReadAsync());
    }

    private static async Task<NotifyServer> StartAsync(ConnectionOptions options, IStartupFilter? first = null)
    {
        var server = new NotifyServer(
            NotifyServer.Default with { Connection = options with { Drain = TimeSpan.Zero } }, first);
        await server.InitializeAsync();
        return server;
    }
}
