using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Server.Events;
using Notify.Server.JsonWebSocket;
using Notify.Server.Sessions;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Events;

/// <summary>Tests how event streams stay alive and end: always so that browsers reconnect automatically.</summary>
public sealed class EventEndTests : IAsyncLifetime
{
    private const int Kilobyte = 1024;

    private static readonly TimeSpan Never = TimeSpan.FromHours(1);

    private NotifyServer _server = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_quiet_stream_says_that_it_lives()
    {
        var time = new FakeTimeProvider();
        var options = new ClientSessionOptions();
        await StartAsync(options, time: time);
        using var stream = await JoinAsync("c");
        for (var i = 0; i < 3; i++)
        {
            time.Advance(options.KeepAliveInterval);
            Assert.Equal(":", await stream.ReadAsync());
        }
    }

    [Fact]
    public async Task A_server_that_leaves_tells_each_stream_when_to_come_back()
    {
        var time = new FakeTimeProvider();
        await StartAsync(new() { KeepAliveInterval = Never, CloseTimeout = Never }, drain: TimeSpan.FromSeconds(2), time: time);
        var streams = new List<EventStream>();
        for (var i = 0; i < 10; i++)
        {
            streams.Add((await EventStream.OpenAsync(_server, "?key=K1&channel=c")).Stream);
        }

        var stopped = _server.StopAsync();
        var ends = streams.ConvertAll(SeeEndAsync);
        await Task.WhenAny(ends).Soon();

        // Never a 503, after which the browser would not reconnect. The drain lasts until time passes.
        using var late = await EventStream.RequestAsync(_server, "?key=K1&channel=c");
        Assert.Equal(200, (int)late.Response.StatusCode);
        Assert.InRange(await SeeEndAsync(late), 0, 2000);

        await time.PassUntilAsync(() => ends.TrueForAll(static end => end.IsCompleted));
        Assert.All(await Task.WhenAll(ends), static delay => Assert.InRange(delay, 0, 2000));
        await stopped.Soon();
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task A_relay_that_stops_ends_its_streams()
    {
        await StartAsync(new());
        using var stream = await JoinAsync("c");
        _server.StopActors("/user/relays/*");
        Assert.InRange(await SeeEndAsync(stream), 0, 5000);
        await _server.HasSessionsAsync(0);
    }

    [Fact]
    public async Task A_stream_whose_actor_stops_is_cut()
    {
        await StartAsync(new());
        using var stream = await JoinAsync("c");
        _server.StopActors("/user/connections-*/*");
        Assert.Equal("cut", await stream.ReadAsync());
        await _server.HasSessionsAsync(0);
    }

    [Fact]
    public async Task A_client_that_reads_too_slowly_is_cut()
    {
        await StartAsync(new(), maxQueue: 64 * Kilobyte);
        using var connection = new TcpClient { ReceiveBufferSize = 4096 };
        await connection.ConnectAsync(_server.Address.Host, _server.Address.Port).Soon();
        await connection.GetStream().WriteAsync("GET /events?key=K1&channel=big HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var seen = new StringBuilder();
        var buffer = new byte[Kilobyte];
        while (!seen.ToString().Contains("event: joined", StringComparison.Ordinal))
        {
            var read = await connection.GetStream().ReadAsync(buffer).AsTask().Soon();
            seen.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        var big = $"\"{new string('x', 90 * Kilobyte)}\"";
        for (var i = 0; i < 150; i++)
        {
            await _server.SendAsync("big", big);
        }

        await _server.HasSessionsAsync(0);
    }

    [Fact]
    public async Task A_client_that_goes_is_forgotten()
    {
        await StartAsync(new());
        var stream = await JoinAsync("c");
        await _server.HasSessionsAsync(1);
        stream.Dispose();
        await _server.HasSessionsAsync(0);
        await _server.SendAsync("c", "1");
        using var next = await JoinAsync("c");
    }

    [Fact]
    public void A_join_that_fails_ends_a_stream_and_is_told_to_a_WebSocket()
    {
        var subscriber = new FakeSubscriber();
        new EventJoinReply("c").Failed(subscriber, JoinErrors.Unavailable);
        Assert.Equal([EndReason.Unavailable], subscriber.Ends);
        Assert.Empty(subscriber.Written);

        new JsonWebSocketJoinReply("c", default).Failed(subscriber, JoinErrors.Unavailable);
        Assert.Equal([EndReason.Unavailable, EndReason.Unavailable], subscriber.Ends);

        new JsonWebSocketJoinReply("c", "7"u8.ToArray()).Failed(subscriber, JoinErrors.Unavailable);
        Assert.Equal(
            [
                """{"type":"error","code":"unavailable","message":"""
                + "\"channel \\\"c\\\" could not be reached in time; join it again in a moment\",\"id\":7}",
            ],
            subscriber.Written);
    }

    [Fact]
    public void A_loss_can_be_said_on_both()
    {
        const string Joined = """{"type":"joined","channel":"c","epoch":"e","offset":5,"recovered":false}""";
        Assert.Equal(Joined, Text(JsonWebSocketFormat.Instance.Reset("c", new Position("e", 5))));
        Assert.Equal($"event: joined\ndata: {Joined}\n\n", Text(EventFormat.Instance.Reset("c", new Position("e", 5))));
    }

    private static string Text(WireMessage? message) => Encoding.UTF8.GetString(message!.Payload.Span);

    private static async Task<int> SeeEndAsync(EventStream stream)
    {
        string? last;
        do
        {
            last = await stream.ReadAsync();
        }
        while (last?.Contains("event: joined", StringComparison.Ordinal) == true);

        Assert.StartsWith("retry: ", last, StringComparison.Ordinal);
        Assert.Null(await stream.ReadAsync());
        return int.Parse(last!["retry: ".Length..], CultureInfo.InvariantCulture);
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

    private async Task<EventStream> JoinAsync(string channel)
    {
        var (stream, _) = await EventStream.OpenAsync(_server, "?key=K1&channel=" + channel);
        string? block;
        while ((block = await stream.ReadAsync()) == ":")
        {
        }

        Assert.Contains("event: joined", block, StringComparison.Ordinal);
        return stream;
    }

    private sealed class FakeSubscriber : ISubscriber
    {
        public List<string> Written { get; } = [];

        public List<EndReason> Ends { get; } = [];

        public bool HasRoom => true;

        public void WhenRoom(Action then) => then();

        public bool Write(WireMessage message)
        {
            Written.Add(Text(message));
            return true;
        }

        public void End(EndReason reason) => Ends.Add(reason);
    }
}
