using Akka;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Hosting;

/// <summary>
/// Tests that a server that shuts down ends its sessions only by their transport, because stock clients do not reconnect after a <c>41</c>.
/// </summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Every_client_is_told_and_the_server_stops()
    {
        var server = new NotifyServer(NotifyServer.Default with { Connection = new() { Drain = TimeSpan.FromSeconds(2) } });
        await server.InitializeAsync();
        try
        {
            using var polling = await PollingClient.ConnectAsync(server);
            var (first, _) = await RawSocket.ConnectAsync(server);
            using var socket = first;
            var (second, _) = await RawSocket.ConnectAsync(server);
            using var rude = second;
            using var idle = await PollingClient.ConnectAsync(server);
            await socket.SendAsync("421[\"join\",\"C\"]");
            Assert.StartsWith("431[{", await socket.ReceiveAsync(), StringComparison.Ordinal);
            var poll = polling.GetAsync();
            await server.SendAsync("C", "1");

            var stopped = server.StopAsync();

            Assert.Equal("""400 {"code":1,"message":"Session ID unknown"}""", await poll);
            Assert.Equal("42[\"NEW_NOTIFICATION\",1]", await socket.ReceiveAsync());
            Assert.Equal("closed", await socket.ReceiveAsync());

            // The second client never answers its close frame, and the third has no waiting poll; neither delays the stop.
            await stopped.Soon();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nobody_new_is_let_in_meanwhile()
    {
        var time = new FakeTimeProvider();
        var server = new NotifyServer(NotifyServer.Default with { Connection = new() { Drain = TimeSpan.FromSeconds(3) } }, time: time);
        await server.InitializeAsync();
        try
        {
            var sockets = new List<RawSocket>();
            for (var i = 0; i < 10; i++)
            {
                sockets.Add((await RawSocket.ConnectAsync(server)).Socket);
            }

            var stopped = server.StopAsync();
            await Task.WhenAny(sockets.Select(socket => socket.ReceiveAsync())).Soon();

            // The drain lasts until time passes.
            var response = await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling");

            Assert.Equal((503, "1"), (response.Status, response.Headers["Retry-After"]));
            sockets.ForEach(socket => socket.Dispose());
            await time.PassUntilAsync(() => stopped.IsCompleted);
            await stopped;
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    // Handing over a million channels to no other node took ten seconds.
    [Fact]
    public async Task A_node_that_is_alone_ends_its_actors_without_handing_over()
    {
        var server = new NotifyServer();
        await server.InitializeAsync();
        try
        {
            var actors = server.Actors;
            var isHandedOver = false;
            CoordinatedShutdown.Get(actors).AddTask(CoordinatedShutdown.PhaseClusterShardingShutdownRegion, "seen", () =>
            {
                isHandedOver = true;
                return Task.FromResult(Done.Instance);
            });

            await server.StopAsync();

            Assert.True(actors.WhenTerminated.IsCompletedSuccessfully);
            Assert.False(isHandedOver);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
