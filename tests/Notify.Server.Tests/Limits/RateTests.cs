using Microsoft.Extensions.Time.Testing;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests that a client that exceeds its rate is throttled: nothing is lost, and other clients are not affected.</summary>
public sealed class RateTests
{
    // One channel repeated, because every occurrence in the request counts.
    private static readonly string ManyNames = string.Join(',', Enumerable.Repeat("\"c\"", 1000));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Past_the_channels_of_a_connection_a_join_is_answered_with_the_limit()
    {
        var server = await StartAsync(new ConnectionOptions(), maxJoins: 2);
        try
        {
            using var counts = new Counts(server.Metrics);
            var (socket, _) = await RawSocket.ConnectAsync(server);
            await socket.SendAsync("420[\"join\",\"a\"]");
            Assert.StartsWith("430[{\"epoch\"", await socket.ReceiveAsync(), StringComparison.Ordinal);
            await socket.SendAsync("421[\"join\",[\"b\",\"c\"]]");
            Assert.Matches("^431\\[\\[{\"epoch\".*},{\"error\":\"limit\"}]]$", await socket.ReceiveAsync());
            Assert.Equal(1, counts["notify.limit.refusals{joins}"]);

            // Another connection has its own limit, and leaving a channel makes room.
            var (other, _) = await RawSocket.ConnectAsync(server);
            await other.SendAsync("421[\"join\",\"c\"]");
            Assert.StartsWith("431[{\"epoch\"", await other.ReceiveAsync(), StringComparison.Ordinal);
            await socket.SendAsync("422[\"leave\",\"a\"]");
            Assert.Equal("432[]", await socket.ReceiveAsync());
            await socket.SendAsync("423[\"join\",\"c\"]");
            Assert.StartsWith("433[{\"epoch\"", await socket.ReceiveAsync(), StringComparison.Ordinal);
            other.Dispose();
            socket.Dispose();
        }
        finally
        {
            await server.StopAsync().Soon();
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("join", """["a","b","c"]""")]
    [InlineData("join", """["a","b","c"],{"since":{"a":"earliest"}}""")]
    [InlineData("join", """["a","a",[]]""")]
    [InlineData("leave", """["a","b","c"]""")]
    public async Task An_event_that_names_more_channels_than_a_connection_may_have_is_refused_as_a_whole(string name, string arguments)
    {
        var server = await StartAsync(new ConnectionOptions(), maxJoins: 2);
        try
        {
            using var counts = new Counts(server.Metrics);
            var (socket, _) = await RawSocket.ConnectAsync(server);
            await socket.SendAsync("420[\"join\",\"x\"]");
            Assert.StartsWith("430[{\"epoch\"", await socket.ReceiveAsync(), StringComparison.Ordinal);
            await socket.SendAsync($"421[\"{name}\",{arguments}]");
            Assert.Equal("431[{\"error\":\"limit\"}]", await socket.ReceiveAsync());
            Assert.Equal(1, counts["notify.limit.refusals{joins}"]);

            // The request had no effect, whether or not an ack was requested.
            await socket.SendAsync($"42[\"{name}\",{arguments}]");
            await socket.SendAsync("422[\"join\",\"y\"]");
            Assert.StartsWith("432[{\"epoch\"", await socket.ReceiveAsync(), StringComparison.Ordinal);
            Assert.Equal(2, counts["notify.limit.refusals{joins}"]);
            socket.Dispose();
        }
        finally
        {
            await server.StopAsync().Soon();
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("joins")]
    [InlineData("messages")]
    public async Task Past_the_rate_a_WebSocket_is_read_from_later(string limit)
    {
        const int Burst = 20;
        var server = await StartAsync(
            limit == "joins" ? new ConnectionOptions { JoinRate = new(2) } : new ConnectionOptions { MessageRate = new(2) });
        try
        {
            using var counts = new Counts(server.Metrics);
            var began = _time.GetTimestamp();
            var (socket, _) = await RawSocket.ConnectAsync(server);
            for (var i = 0; i < Burst + 4; i++)
            {
                await socket.SendAsync($"42{i}[\"join\",\"c{i}\"]");
            }

            await TestTimeouts.UntilAsync(() => counts[$"notify.limit.waits{{{limit}}}"] > 0);
            var (other, _) = await RawSocket.ConnectAsync(server);
            await other.SendAsync("421[\"join\",\"c\"]");
            Assert.StartsWith("431[{", await other.ReceiveAsync(), StringComparison.Ordinal);

            // Different relays answer for different channels, in any order.
            var answers = new List<string>();
            for (var i = 0; i < Burst + 4; i++)
            {
                answers.Add((await _time.PassUntilAsync(socket.ReceiveAsync(), PassingTime.Slow)).Split('[')[0]);
            }

            Assert.Equal(
                Enumerable.Range(0, Burst + 4).Select(i => $"43{i}").Order(StringComparer.Ordinal),
                answers.Order(StringComparer.Ordinal));
            Assert.True(_time.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(1500), "the last was read before its time");
            other.Dispose();
            socket.Dispose();
        }
        finally
        {
            await server.StopAsync().Soon();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_post_that_holds_nothing_is_charged_as_one_message()
    {
        var server = await StartAsync(new ConnectionOptions { MessageRate = new(1) });
        try
        {
            using var counts = new Counts(server.Metrics);
            using var polling = await PollingClient.OpenAsync(server, "?EIO=3");
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal("200 ok", await polling.PostAsync("0:0:0:"));
            }

            Assert.Equal(0, counts["notify.limit.waits{messages}"]);
            var post = polling.PostAsync("0:0:0:");
            await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{messages}"] > 0);
            Assert.Equal("200 ok", await _time.PassUntilAsync(post, PassingTime.Slow));

            Assert.Equal(1, counts["notify.limit.waits{messages}"]);
        }
        finally
        {
            await server.StopAsync().Soon();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Past_the_rate_a_post_is_answered_later()
    {
        var server = await StartAsync(new ConnectionOptions { MessageRate = new(10) });
        try
        {
            using var counts = new Counts(server.Metrics);
            var began = _time.GetTimestamp();
            using var polling = await PollingClient.ConnectAsync(server);
            var post = polling.PostAsync(string.Join('\u001e', Enumerable.Repeat("42[\"nothing\"]", 110)));
            await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{messages}"] > 0);
            Assert.Equal("200 ok", await _time.PassUntilAsync(post, PassingTime.Slow));
            Assert.True(_time.GetElapsedTime(began) >= TimeSpan.FromSeconds(1), "the body was answered before its time");
            Assert.Equal(1, counts["notify.limit.waits{messages}"]);
        }
        finally
        {
            await server.StopAsync().Soon();
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("polling")]
    public async Task A_client_that_waits_for_minutes_and_goes_leaves_its_place(string transport)
    {
        var server = await StartAsync(new ConnectionOptions { JoinRate = new(1) });
        try
        {
            using var counts = new Counts(server.Metrics);
            if (transport == "websocket")
            {
                var (socket, _) = await RawSocket.ConnectAsync(server);
                await socket.SendAsync($"42[\"join\",[{ManyNames}]]");
                await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{joins}"] > 0);
                socket.Dispose();
            }
            else
            {
                using var polling = await PollingClient.ConnectAsync(server);
                var post = polling.PostAsync($"42[\"join\",[{ManyNames}]]");
                await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{joins}"] > 0);

                // The second post ends the session, and the first one with it.
                Assert.Equal("400", await polling.PostAsync("42[\"nothing\"]"));
                await Assert.ThrowsAnyAsync<Exception>(() => post);
            }

            await TestTimeouts.UntilAsync(() => server.Limits.Connections == 0);
        }
        finally
        {
            await server.StopAsync().Soon();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_server_that_leaves_does_not_wait_for_those_who_wait()
    {
        var server = await StartAsync(new ConnectionOptions { JoinRate = new(1) });
        try
        {
            using var counts = new Counts(server.Metrics);
            var (socket, _) = await RawSocket.ConnectAsync(server);
            await socket.SendAsync($"42[\"join\",[{ManyNames}]]");
            await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{joins}"] > 0);
            await server.StopAsync().Soon();
            Assert.Equal(0, server.Limits.Connections);
            socket.Dispose();
        }
        finally
        {
            await server.StopAsync().Soon();
            await server.DisposeAsync();
        }
    }

    private async Task<NotifyServer> StartAsync(ConnectionOptions options, int maxJoins = 10_000)
    {
        var all = NotifyServer.Default with
        {
            Connection = options with { Drain = TimeSpan.Zero },
            Broker = new() { MaxJoins = maxJoins },
        };
        var server = new NotifyServer(all, time: _time);
        await server.InitializeAsync();
        return server;
    }
}
