using Microsoft.AspNetCore.Hosting;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>
/// Tests that a full node refuses clients in the form of each protocol, serves its connected clients, and accepts the next client when one
/// disconnects.
/// </summary>
public sealed class ConnectionPlacesTests
{
    private const string Full = """{"code":6,"message":"Too many connections"}""";
    private const string Polling = "/socket.io/?EIO=4&transport=polling";
    private const string WebSocket = "/socket.io/?EIO=4&transport=websocket";

    private static readonly string[] Upgrade =
        ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];

    [Fact]
    public async Task Past_the_connections_of_a_node_clients_are_told_to_come_back()
    {
        var server = await StartAsync(new ConnectionOptions { MaxConnections = 2 });
        try
        {
            using var counts = new Counts(server.Metrics);
            var (first, _) = await RawSocket.ConnectAsync(server);
            using var socket = first;
            using var polling = await PollingClient.ConnectAsync(server);

            var refusedPoll = await RawHttp.GetAsync(server, Polling);
            var refusedSocket = await RawHttp.GetAsync(server, WebSocket, Upgrade);

            Assert.Equal(
                (503, Full, "application/json", "10"),
                (refusedPoll.Status, refusedPoll.Body, refusedPoll.ContentType, refusedPoll.Headers["Retry-After"]));
            Assert.Equal(
                (503, "Too many connections", "10"),
                (refusedSocket.Status, refusedSocket.Body, refusedSocket.Headers["Retry-After"]));
            Assert.Equal(2, counts["notify.limit.refusals{connections}"]);
            Assert.Equal((2, 0), (server.Limits.Connections, server.Limits.Handshakes));
            await AssertServedAsync(server, socket);
            Assert.Equal(200, (await RawHttp.GetAsync(server, "/health/ready")).Status);

            // The upgrade of a session is not another connection.
            using var upgrade = await polling.OpenSocketAsync(server);
            await upgrade.SendAsync("2probe");
            Assert.Equal("3probe", await upgrade.ReceiveAsync());
            await upgrade.SendAsync("5");

            socket.Dispose();
            await TestTimeouts.UntilAsync(() => server.Limits.Connections == 1);
            var (next, _) = await RawSocket.ConnectAsync(server);
            next.Dispose();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Past_the_handshakes_of_a_node_clients_are_told_to_come_back()
    {
        var held = new HeldUpgrades();
        var server = await StartAsync(new ConnectionOptions { MaxHandshakes = 2 }, held);
        try
        {
            using var counts = new Counts(server.Metrics);
            var (first, _) = await RawSocket.ConnectAsync(server);
            using var socket = first;
            held.Hold();
            var underWay = new[] { RawSocket.ConnectAsync(server), RawSocket.ConnectAsync(server) };
            await TestTimeouts.UntilAsync(() => server.Limits.Handshakes == 2);

            Assert.Equal((503, Full), await AskAsync(server));
            Assert.Equal(1, counts["notify.limit.refusals{handshakes}"]);
            await AssertServedAsync(server, socket);

            held.Release();
            foreach (var opened in await Task.WhenAll(underWay))
            {
                opened.Socket.Dispose();
            }

            Assert.Equal(0, server.Limits.Handshakes);
            using var polling = await PollingClient.ConnectAsync(server);
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
            var failing = RawSocket.ConnectAsync(server);
            await TestTimeouts.UntilAsync(() => server.Limits.Connections == 1);
            Assert.Equal((503, Full), await AskAsync(server));

            held.Fail();
            await Assert.ThrowsAnyAsync<Exception>(() => failing);

            await TestTimeouts.UntilAsync(() => server.Limits is { Connections: 0, Handshakes: 0 });
            var (socket, _) = await RawSocket.ConnectAsync(server);
            socket.Dispose();
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
            foreach (var path in (string[])[
                "/socket.io/?EIO=4&transport=none",
                "/socket.io/?EIO=9&transport=polling",
                "/socket.io/?EIO=4&transport=polling&sid=none",
                WebSocket
            ])
            {
                Assert.Equal(400, (await RawHttp.GetAsync(server, path)).Status);
            }

            using var polling = await PollingClient.ConnectAsync(server);
            Assert.Equal(1, server.Limits.Connections);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<NotifyServer> StartAsync(ConnectionOptions options, IStartupFilter? first = null)
    {
        var server = new NotifyServer(
            NotifyServer.Default with { Connection = options with { Drain = TimeSpan.Zero } }, first);
        await server.InitializeAsync();
        return server;
    }

    private static async Task<(int Status, string Body)> AskAsync(NotifyServer server)
    {
        var response = await RawHttp.GetAsync(server, Polling);
        return (response.Status, response.Body);
    }

    private static async Task AssertServedAsync(NotifyServer server, RawSocket socket)
    {
        await socket.SendAsync("420[\"join\",\"C\"]");
        Assert.StartsWith("430[{\"epoch\"", await socket.ReceiveAsync(), StringComparison.Ordinal);
        await server.SendAsync("C", "1");
        Assert.Equal("42[\"NEW_NOTIFICATION\",1]", await socket.ReceiveAsync());
    }
}
