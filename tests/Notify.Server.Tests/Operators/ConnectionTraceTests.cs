using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Notify.Broker.Connections;
using Notify.Server.Operators;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Operators;

/// <summary>Tests what an operator sees of one connection: its positions, and its events while it is traced.</summary>
public sealed class ConnectionTraceTests : IAsyncLifetime
{
    private readonly NotifyServer _server = new(NotifyServer.Default with
    {
        Token = new() { Secret = SignedToken.Secret },
        Connection = new() { MaxQueue = 64 * 1024, JoinRate = new(2) },
    });

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_channel_has_the_position_that_was_given_to_the_connection()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await _server.SendAsync("a", "1");
        var epoch = await client.JoinAsync("a");
        await client.JoinAsync("b");
        await _server.SendAsync("a", "2");
        await client.ReceiveAsync();

        var channels = (await FindAsync(client.Id)).GetProperty("channels").EnumerateArray().ToList();

        Assert.Equal(["a", "b"], channels.Select(static channel => channel.Text("channel")));
        Assert.Equal((epoch, 2L), (channels[0].Text("epoch"), channels[0].GetProperty("offset").GetInt64()));
        Assert.Equal(0, channels[1].GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task A_connection_without_a_trace_remembers_nothing()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("a");

        Assert.Equal(JsonValueKind.Null, (await FindAsync(client.Id)).GetProperty("trace").ValueKind);
        Assert.Empty(Events(await TraceAsync(client.Id)));
    }

    [Fact]
    public async Task A_trace_has_the_events_of_a_JSON_WebSocket()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await TraceAsync(client.Id);
        var epoch = await client.JoinAsync("a");
        await client.AskAsync("""{"type":"join","channel":"b","since":{"epoch":"other","offset":3}}""");
        await client.AskAsync($$"""{"type":"join","channel":"{{new string('x', 300)}}"}""");
        await client.AskAsync("""{"type":"leave","channel":"a"}""");
        await client.AskAsync($$"""{"type":"auth","token":"{{Token(DateTimeOffset.UtcNow.AddMinutes(5))}}"}""");
        await client.AskAsync($$"""{"type":"auth","token":"{{Token(DateTimeOffset.UtcNow.AddMinutes(-5))}}"}""");

        var answer = await FindAsync(client.Id);

        Assert.Equal(
            [
                "joined a",
                "joined b",
                $"join_refused {new string('x', 200)} bad_channel",
                "left a",
                "refreshed",
                "refresh_refused token_expired",
            ],
            Events(answer));
        var joined = answer.GetProperty("trace").GetProperty("events")[0];
        Assert.Equal((epoch, 0L), (joined.Text("epoch"), joined.GetProperty("offset").GetInt64()));
        Assert.False(joined.GetProperty("recovered").GetBoolean());
    }

    [Fact]
    public async Task A_trace_outlives_its_connection_and_says_why_it_ended()
    {
        var client = await JsonWebSocketClient.OpenAsync(_server);
        await TraceAsync(client.Id);
        client.Dispose();

        var answer = await UntilAsync(client.Id, static answer => !answer.GetProperty("open").GetBoolean());

        Assert.Equal(client.Id, answer.GetProperty("connection").Text("connection"));
        Assert.Empty(answer.GetProperty("channels").EnumerateArray());
        Assert.Equal(["ended broken"], Events(answer));
        Assert.Equal(["ended broken"], Events(await TraceAsync(client.Id)));
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_slow_and_then_ended()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await TraceAsync(client.Id);
        await client.JoinAsync("big");

        var big = $"\"{new string('x', 90 * 1024)}\"";
        for (JsonElement answer; Events(answer = await FindAsync(client.Id)).LastOrDefault() != "ended slow";)
        {
            await _server.SendAsync("big", big);
        }

        Assert.Contains("slow", Events(await FindAsync(client.Id)));
    }

    [Fact]
    public async Task A_trace_has_the_events_of_a_Socket_IO_client()
    {
        using var client = await StockClient.ConnectAsync(_server);
        var id = await OnlyAsync("socketio4");
        await TraceAsync(id);
        await client.JoinAsync("a");
        await client.AskAsync("""["leave","a"]""");
        await client.AskAsync("""["join","b"]""");
        await client.Socket.SendAsync("41");

        var answer = await UntilAsync(id, static answer => Events(answer).Count == 4);

        Assert.Equal(["joined a", "left a", "joined b", "left"], Events(answer));
    }

    [Fact]
    public async Task A_trace_has_the_end_of_an_event_stream()
    {
        var (stream, _) = await EventStream.OpenAsync(_server, "?channel=a&key=K1");
        Assert.Contains("event: joined", await stream.ReadAsync(), StringComparison.Ordinal);
        var id = await OnlyAsync("events");
        Assert.Equal("a", (await TraceAsync(id)).GetProperty("channels")[0].Text("channel"));
        stream.Dispose();

        var answer = await UntilAsync(id, static answer => !answer.GetProperty("open").GetBoolean());

        Assert.Equal(["ended client"], Events(answer));
    }

    [Fact]
    public async Task A_client_that_exceeds_a_rate_is_throttled()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await TraceAsync(client.Id);
        for (JsonElement answer; Events(answer = await FindAsync(client.Id)).LastOrDefault() != "throttled joins";)
        {
            await client.AskAsync("""{"type":"leave","channel":"none"}""");
        }
    }

    [Fact]
    public async Task A_node_with_a_hundred_traces_says_so()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        var known = (await FindAsync(client.Id)).GetProperty("connection").Deserialize(OperatorJson.Readable.ConnectionInfo)!;
        var traces = _server.Services.GetRequiredService<ConnectionTraces>();
        for (var i = 0; i < ConnectionTraces.MaxTraces; i++)
        {
            traces.TryTrace(known with { Connection = $"c{i}" }, new SendQueue(1000));
        }

        var refused = await RawHttp.GetAsync(
            _server, $"/api/connection?id={client.Id}&trace=1", $"Authorization: Bearer {NotifyServer.Secret}");

        Assert.Contains("traces 100 connections already", ApiClient.Problem(refused, 429), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await FindAsync(client.Id)).GetProperty("trace").ValueKind);
    }

    private static string Token(DateTimeOffset expiresAt) =>
        SignedToken.Of($$"""{"sub":"42","iat":{{expiresAt.ToUnixTimeSeconds() - 600}},"exp":{{expiresAt.ToUnixTimeSeconds()}}}""");

    private static List<string> Events(JsonElement answer) =>
    [
        .. answer.GetProperty("trace").GetProperty("events").EnumerateArray()
            .Select(static item => new[] { "event", "channel", "code" }.Select(name => item.GetProperty(name).GetString()))
            .Select(static words => string.Join(' ', words.OfType<string>())),
    ];

    private async Task<string> OnlyAsync(string protocol)
    {
        var page = await ApiClient.GetAsync(_server, $"/api/connections?protocol={protocol}");
        return Assert.Single(page.GetProperty("connections").EnumerateArray()).Text("connection")!;
    }

    private Task<JsonElement> FindAsync(string id) => ApiClient.GetInTimeAsync(_server, $"/api/connection?id={id}");

    private Task<JsonElement> TraceAsync(string id) => ApiClient.GetInTimeAsync(_server, $"/api/connection?id={id}&trace=1");

    private async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> condition)
    {
        for (var began = DateTime.UtcNow; ; await Task.Delay(20))
        {
            var answer = await FindAsync(id);
            if (condition(answer))
            {
                return answer;
            }

            Assert.True(DateTime.UtcNow - began < TestTimeouts.Limit, answer.ToString());
        }
    }
}
