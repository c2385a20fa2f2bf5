using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Sessions;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.JsonWebSocket;

/// <summary>Tests how the server ends JSON WebSockets: each reason has its own code, and no connection remains.</summary>
[Trait("Duration", "Long")]
public sealed class JsonWebSocketEndTests : IAsyncLifetime
{
    private const int Kilobyte = 1024;

    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private readonly FakeTimeProvider _time = new();
    private NotifyServer _server = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Who_answers_pings_lives_on_and_who_says_nothing_is_closed_as_silent()
    {
        var options = new ClientSessionOptions();
        await StartAsync(options, time: _time);
        using var client = await JsonWebSocketFrames.OpenAsync(_server);
        Assert.StartsWith("text {\"type\":\"welcome\"", await client.ReceiveAsync(), StringComparison.Ordinal);

        // Twice as long as it may be silent.
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(options.KeepAliveInterval);
            Assert.Equal("ping", await client.ReceiveAsync());
            await client.PongAsync();
            await TalkAsync(client);
        }

        _time.Advance(options.KeepAliveInterval);
        Assert.Equal("ping", await client.ReceiveAsync());
        _time.Advance(options.SilenceTimeout - options.KeepAliveInterval);
        Assert.Equal("close 4011 silent", await LastOfAsync(client));

        // The client does not answer the close frame.
        await _time.PassUntilAsync(() => _server.Sessions == 0);
    }

    [Fact]
    public async Task A_message_that_is_begun_is_finished_within_a_minute_or_the_client_is_closed()
    {
        await StartAsync(new() { KeepAliveInterval = Never, SilenceTimeout = Never });
        using var counts = new Counts(_server.Metrics);
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await BeginAsync("{\"type\":");
        _server.TurnSessions(TimeSpan.FromSeconds(30));
        await client.SendAsync("\"ping\"}");
        Assert.Contains("pong", await client.ReceiveAsync(), StringComparison.Ordinal);

        // No message is under way, however late it is.
        _server.TurnSessions(TimeSpan.FromMinutes(30));
        Assert.Contains("pong", await client.AskAsync("""{"type":"ping"}"""), StringComparison.Ordinal);

        await BeginAsync("{\"type\":");
        _server.TurnSessions(TimeSpan.FromSeconds(61));

        Assert.Equal("closed 4011", await client.ReceiveAsync());
        Assert.Equal("message not finished", client.Socket.CloseReason);
        Assert.Equal(1, counts["notify.limit.refusals{message_time}"]);
        await _server.HasSessionsAsync(0);
        await TestTimeouts.UntilAsync(() => _server.Received.Used == 0);

        async Task BeginAsync(string part)
        {
            await TestTimeouts.UntilAsync(() => _server.Received.Used == 0);
            await client.Socket.SendPartAsync(System.Text.Encoding.UTF8.GetBytes(part));
            await TestTimeouts.UntilAsync(() => _server.Received.Used > 0);
        }
    }

    [Fact]
    public async Task A_client_that_reads_too_slowly_is_closed_as_slow()
    {
        await StartAsync(new() { KeepAliveInterval = Never, CloseTimeout = TestTimeouts.Limit }, maxQueue: 64 * Kilobyte);
        using var slow = await JsonWebSocketFrames.OpenAsync(_server);
        await slow.SendTextAsync("""{"type":"join","channel":"big"}""");
        Assert.StartsWith("text {\"type\":\"welcome\"", await slow.ReceiveAsync(), StringComparison.Ordinal);
        Assert.StartsWith("text {\"type\":\"joined\"", await slow.ReceiveAsync(), StringComparison.Ordinal);
        await OverflowAsync();

        Assert.Equal("close 4008 slow", await LastOfAsync(slow));
    }

    [Fact]
    public async Task A_client_that_reads_nothing_at_all_is_cut()
    {
        await StartAsync(new() { KeepAliveInterval = Never }, maxQueue: 64 * Kilobyte, time: _time);
        using var counts = new Counts(_server.Metrics);
        using var stuck = await JsonWebSocketFrames.OpenAsync(_server);
        await stuck.SendTextAsync("""{"type":"join","channel":"big"}""");
        Assert.StartsWith("text {\"type\":\"welcome\"", await stuck.ReceiveAsync(), StringComparison.Ordinal);
        Assert.StartsWith("text {\"type\":\"joined\"", await stuck.ReceiveAsync(), StringComparison.Ordinal);
        await OverflowAsync();
        await TestTimeouts.UntilAsync(() => counts["notify.connections.ended{plain,slow}"] == 1);
        Assert.Equal(1, _server.Sessions);
        _time.Advance(new ClientSessionOptions().CloseTimeout);

        await _server.HasSessionsAsync(0);
    }

    [Fact]
    public async Task A_relay_that_stops_closes_its_clients_for_a_restart()
    {
        await StartAsync(new());
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("c");
        _server.StopActors("/user/relays/*");
        Assert.Equal("closed 4002", await client.ReceiveAsync());
        Assert.Equal("restart", client.Socket.CloseReason);
        await _server.HasSessionsAsync(0);
    }

    [Fact]
    public async Task A_connection_whose_actor_stops_is_cut()
    {
        await StartAsync(new());
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("c");
        _server.StopActors("/user/connections-*/*");
        Assert.Equal("cut", await client.ReceiveAsync());
        await _server.HasSessionsAsync(0);
    }

    [Fact]
    public async Task A_client_that_vanishes_is_forgotten()
    {
        await StartAsync(new());
        var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("c");
        await _server.HasSessionsAsync(1);
        client.Dispose();
        await _server.HasSessionsAsync(0);
        await _server.SendAsync("c", "1");
        await _server.SendAsync(client.Id, "1");
    }

    [Fact]
    public async Task A_server_that_leaves_tells_each_client_when_to_come_back()
    {
        await StartAsync(
            new() { KeepAliveInterval = Never, SilenceTimeout = Never, CloseTimeout = Never },
            drain: TimeSpan.FromSeconds(2),
            time: _time);
        var clients = new List<JsonWebSocketClient>();
        for (var i = 0; i < 10; i++)
        {
            clients.Add(await JsonWebSocketClient.OpenAsync(_server));
        }

        var stopped = _server.StopAsync();
        var ends = clients.ConvertAll(SeeEndAsync);

        // The first client has been informed and the others have not, until time passes. No new client is accepted in the meantime.
        await Task.WhenAny(ends).Soon();
        using var late = await RawSocket.OpenAsync(_server, "/ws", "?key=K1");
        Assert.StartsWith(
            """{"type":"closing","code":"draining","reconnectAfterMs":""",
            await late.ReceiveAsync(),
            StringComparison.Ordinal);
        Assert.Equal("closed 4001", await late.ReceiveAsync());

        await _time.PassUntilAsync(() => ends.TrueForAll(static end => end.IsCompleted));
        Assert.All(await Task.WhenAll(ends), static delay => Assert.InRange(delay, 0, 2000));
        await stopped.Soon();
    }

    private static async Task<int> SeeEndAsync(JsonWebSocketClient client)
    {
        using var closing = JsonDocument.Parse(await client.ReceiveAsync());
        Assert.Equal(
            ("closing", "draining"),
            (closing.RootElement.GetProperty("type").GetString(), closing.RootElement.GetProperty("code").GetString()));
        Assert.Equal("closed 4001", await client.ReceiveAsync());
        Assert.Equal("draining", client.Socket.CloseReason);
        return closing.RootElement.GetProperty("reconnectAfterMs").GetInt32();
    }

    private async Task StartAsync(
        ClientSessionOptions sessions, TimeSpan drain = default, int maxQueue = 1024 * Kilobyte, TimeProvider? time = null)
    {
        var options = NotifyServer.Default with
        {
            Connection = new() { Drain = drain, MaxQueue = maxQueue },
            Sessions = sessions,
        };
        _server = new NotifyServer(options, time: time);
        await _server.InitializeAsync();
    }

    // More than the buffers of both ends and the send queue can hold together.
    private async Task OverflowAsync()
    {
        var big = $"\"{new string('x', 90 * Kilobyte)}\"";
        for (var i = 0; i < 150; i++)
        {
            await _server.SendAsync("big", big);
        }
    }

    // The server has handled everything before when it answers.
    private static async Task TalkAsync(JsonWebSocketFrames client)
    {
        await client.SendTextAsync("""{"type":"ping"}""");
        Assert.Equal("""text {"type":"pong"}""", await client.ReceiveAsync());
    }

    private static async Task<string> LastOfAsync(JsonWebSocketFrames client)
    {
        while (true)
        {
            var frame = await client.ReceiveAsync();
            if (frame is "end" or "cut" || frame.StartsWith("close", StringComparison.Ordinal))
            {
                return frame;
            }
        }
    }
}
