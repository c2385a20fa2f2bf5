using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Options;
using Notify.Server.Sessions;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests that a JSON WebSocket that exceeds its rate is throttled, and that only the join above the limit is refused.</summary>
[Trait("Duration", "Long")]
public sealed class SessionRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Past_the_channels_of_a_connection_a_join_is_answered_with_the_limit()
    {
        var server = await StartAsync(new ConnectionOptions(), maxJoins: 2);
        try
        {
            using var counts = new Counts(server.Metrics);
            using var client = await JsonWebSocketClient.OpenAsync(server);
            await client.JoinAsync("a");
            await client.JoinAsync("b");
            Assert.Equal(
                """{"type":"error","code":"limit","message":"""
                + "\"this connection has joined as many channels as one may; \\\"c\\\" is not joined\",\"id\":7}",
                await client.AskAsync("""{"type":"join","channel":"c","id":7}"""));
            Assert.Equal(1, counts["notify.limit.refusals{joins}"]);

            // A repeated join does not count again, another connection has its own limit, and leaving a channel makes room.
            await client.JoinAsync("a");
            using var other = await JsonWebSocketClient.OpenAsync(server);
            await other.JoinAsync("c");
            Assert.Equal("""{"type":"left","channel":"a"}""", await client.AskAsync("""{"type":"leave","channel":"a"}"""));
            await client.JoinAsync("c");
            Assert.Equal(1, counts["notify.limit.refusals{joins}"]);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_stream_of_more_channels_than_a_connection_may_have_is_refused_for_good()
    {
        var server = await StartAsync(new ConnectionOptions(), maxJoins: 2);
        try
        {
            using var counts = new Counts(server.Metrics);
            var refused = await RawHttp.GetAsync(server, "/events?key=K1&channel=a&channel=b&channel=c");
            Assert.Equal((400, "\"3 channels are named; one stream has at most 2\""), (refused.Status, refused.Body));
            Assert.Equal(1, counts["notify.limit.refusals{joins}"]);
            var (stream, _) = await EventStream.OpenAsync(server, "?key=K1&channel=a&channel=b&channel=a");
            stream.Dispose();
        }
        finally
        {
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
            using var client = await JsonWebSocketClient.OpenAsync(server);
            for (var i = 0; i < Burst + 4; i++)
            {
                // Leaves count like joins, even of channels that were never joined.
                await client.SendAsync($$"""{"type":"{{(i % 2 == 0 ? "join" : "leave")}}","channel":"c{{i}}","id":{{i}}}""");
            }

            await TestTimeouts.UntilAsync(() => counts[$"notify.limit.waits{{{limit}}}"] > 0);
            using var other = await JsonWebSocketClient.OpenAsync(server);
            await other.JoinAsync("c");

            // Different relays answer for different channels, in any order.
            var answers = new List<int>();
            for (var i = 0; i < Burst + 4; i++)
            {
                using var answer = JsonDocument.Parse(await _time.PassUntilAsync(client.ReceiveAsync(), PassingTime.Slow));
                Assert.Contains(answer.RootElement.GetProperty("type").GetString(), (string[])["joined", "left"]);
                answers.Add(answer.RootElement.GetProperty("id").GetInt32());
            }

            Assert.Equal(Enumerable.Range(0, Burst + 4), answers.Order());
            Assert.True(_time.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(1500), "the last was read before its time");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Bad_messages_are_charged_too()
    {
        var server = await StartAsync(new ConnectionOptions { MessageRate = new(1) });
        try
        {
            using var counts = new Counts(server.Metrics);
            using var client = await JsonWebSocketClient.OpenAsync(server);
            for (var i = 0; i < 9; i++)
            {
                Assert.Contains("bad_message", await client.AskAsync("x"), StringComparison.Ordinal);
            }

            await client.SendAsync("""{"type":"ping"}""");
            await client.SendAsync("""{"type":"ping"}""");
            await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{messages}"] > 0);
            Assert.Equal("""{"type":"pong"}""", await client.ReceiveAsync());
            Assert.Equal("""{"type":"pong"}""", await _time.PassUntilAsync(client.ReceiveAsync(), PassingTime.Slow));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_is_not_read_from_is_not_silent()
    {
        // The rate allows one message a minute, but the client must be heard more often than that.
        var minute = TimeSpan.FromMinutes(1);
        var options = new ClientSessionOptions
        {
            SilenceTimeout = minute - TimeSpan.FromSeconds(1),
            KeepAliveInterval = TimeSpan.FromHours(1),
        };
        var server = await StartAsync(new ConnectionOptions { MessageRate = new(1, minute, burst: 10) }, options);
        try
        {
            using var client = await JsonWebSocketClient.OpenAsync(server);
            for (var i = 0; i < 13; i++)
            {
                await client.SendAsync($$"""{"type":"ping","id":{{i}}}""");
            }

            for (var i = 0; i < 13; i++)
            {
                var answer = client.ReceiveAsync();
                if (i > 10)
                {
                    Assert.True(i > 11 || !answer.IsCompleted);
                    await _time.PassUntilAsync(() => answer.IsCompleted, minute);
                }

                Assert.Equal($$"""{"type":"pong","id":{{i}}}""", await answer);
            }

            // From then on its silence counts again.
            _time.Advance(minute + options.SilenceTimeout);
            Assert.Equal("closed 4011", await client.ReceiveAsync());
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("the client goes")]
    [InlineData("the server leaves")]
    public async Task A_client_that_waits_and_goes_leaves_its_place(string end)
    {
        var server = await StartAsync(new ConnectionOptions { MessageRate = new(1) });
        try
        {
            using var counts = new Counts(server.Metrics);
            using var client = await JsonWebSocketClient.OpenAsync(server);
            for (var i = 0; i < 100; i++)
            {
                await client.SendAsync("""{"type":"ping"}""");
            }

            await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{messages}"] > 0);
            if (end == "the client goes")
            {
                client.Dispose();
            }
            else
            {
                await server.StopAsync().Soon();
            }

            await TestTimeouts.UntilAsync(() => server.Limits is { Connections: 0, Handshakes: 0 });
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private async Task<NotifyServer> StartAsync(
        ConnectionOptions options, ClientSessionOptions? sessions = null, int maxJoins = 10_000)
    {
        var all = NotifyServer.Default with
        {
            Connection = options with { Drain = TimeSpan.Zero },
            Broker = new() { MaxJoins = maxJoins },
            Sessions = sessions ?? new(),
        };
        var server = new NotifyServer(all, time: _time);
        await server.InitializeAsync();
        return server;
    }
}
