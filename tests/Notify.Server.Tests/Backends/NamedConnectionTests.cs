using System.Text;
using Microsoft.Extensions.Logging;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Backends;

/// <summary>
/// Tests that a backend ends a connection by its id on every server: where everybody may join every channel, and where tokens count.
/// </summary>
public sealed class NamedConnectionTests : IAsyncLifetime
{
    private const string Ended = """{"connections":1,"nodes":1,"silent":[]}""";
    private const string NotFound = """{"connections":0,"nodes":1,"silent":[]}""";
    private const string Farewell = """{"error":"disconnected","message":"bye"}""";

    private readonly LogRecorder _log = new();
    private NotifyServer? _server;

    public static TheoryData<bool> Servers => [false, true];

    private NotifyServer Server => _server!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _log.Dispose();
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_Socket_IO_client_is_told_and_stays_away(bool takesTokens)
    {
        await StartAsync(takesTokens);
        using var named = await StockClient.ConnectAsync(Server);
        using var other = await StockClient.ConnectAsync(Server);

        Assert.Equal(Ended, await DisconnectAsync(named.Id));

        Assert.Equal($"42[\"REFUSED\",{Farewell}]", await named.Socket.ReceiveAsync());
        Assert.Equal("41", await named.Socket.ReceiveAsync());
        Assert.StartsWith("closed", await named.Socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal(NotFound, await DisconnectAsync(named.Id));
        await other.JoinAsync("C");
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_client_of_revision_3_has_the_id_of_its_session(bool takesTokens)
    {
        await StartAsync(takesTokens);
        var (socket, id) = await RawSocket.ConnectAsync(Server);
        using var own = socket;

        Assert.Equal(Ended, await DisconnectAsync(id));

        Assert.Equal($"42[\"REFUSED\",{Farewell}]", await socket.ReceiveAsync());
        Assert.Equal("41", await socket.ReceiveAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_client_with_new_rights_is_only_disconnected(bool takesTokens)
    {
        await StartAsync(takesTokens);
        using var client = await StockClient.ConnectAsync(Server);
        using var plain = await JsonWebSocketClient.OpenAsync(Server);

        Assert.Equal(Ended, await DisconnectAsync(client.Id, """, "reconnect": true"""));
        Assert.Equal(Ended, await DisconnectAsync(plain.Id, """, "reconnect": true"""));

        Assert.StartsWith("closed", await client.Socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Contains("\"code\":\"reconnect\"", await plain.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("closed 4000", await plain.ReceiveAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_JSON_WebSocket_is_told_and_stays_away(bool takesTokens)
    {
        await StartAsync(takesTokens);
        using var named = await JsonWebSocketClient.OpenAsync(Server);
        using var other = await JsonWebSocketClient.OpenAsync(Server);

        Assert.Equal(Ended, await DisconnectAsync(named.Id));

        Assert.Equal("""{"type":"closing","code":"disconnected","message":"bye"}""", await named.ReceiveAsync());
        Assert.Equal("closed 4504", await named.ReceiveAsync());
        Assert.Equal(NotFound, await DisconnectAsync(named.Id));
        await other.JoinAsync("C");
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task An_event_stream_is_told_and_ends(bool takesTokens)
    {
        await StartAsync(takesTokens);
        var (stream, _) = await EventStream.OpenAsync(Server, "?key=K1&channel=C");
        using var own = stream;
        Assert.Contains("event: joined", await stream.ReadAsync(), StringComparison.Ordinal);

        // Event streams do not say their id; the log does.
        var line = await _log.HasAsync("(event stream) has begun");
        Assert.Equal(Ended, await DisconnectAsync(line.Split(' ')[2]));

        var refused = await stream.ReadAsync();
        Assert.Contains("event: refused", refused, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"disconnected\"", refused, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"bye\"", refused, StringComparison.Ordinal);
        Assert.Null(await stream.ReadAsync());
    }

    [Fact]
    public async Task An_unknown_id_ends_nothing()
    {
        await StartAsync(takesTokens: false);
        using var client = await StockClient.ConnectAsync(Server);

        Assert.Equal(NotFound, await DisconnectAsync("unknown"));
        await client.JoinAsync("C");
    }

    private async Task StartAsync(bool takesTokens)
    {
        var options = NotifyServer.Default;
        if (takesTokens)
        {
            options = options with { Token = new TokenOptions { Secret = "Zx8mQ1vR4nT7kW0pB3cY6hJ9fL2dS5gA" } };
        }

        _server = new NotifyServer(options, services: _log.From(LogLevel.Debug));
        await _server.InitializeAsync();
    }

    private async Task<string> DisconnectAsync(string id, string more = "")
    {
        var answer = await RawHttp.SendAsync(
            Server,
            new RawRequest("POST", "/api/disconnect", ["Authorization: Bearer S1", "Content-Type: application/json"])
            {
                Body = Encoding.UTF8.GetBytes($$"""{"connection": "{{id}}", "reason": "bye"{{more}}}"""),
            });
        Assert.Equal(200, answer.Status);
        return answer.Body;
    }
}
