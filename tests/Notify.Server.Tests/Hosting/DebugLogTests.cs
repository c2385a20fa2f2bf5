using Microsoft.Extensions.Logging;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests that Debug logs one line for each send, join and connection, and never a payload.</summary>
public sealed class DebugLogTests
{
    [Fact]
    public async Task Each_send_is_a_line_without_its_payload()
    {
        await using var server = await Recording.StartAsync(LogLevel.Debug);
        await server.Server.SendAsync("a", "\"payload\"");
        await PostAsync(server, "{}", "notification_secret: S1");
        await PostAsync(server, "{}", "notification_secret: wrong");

        await server.Log.HasAsync("Debug: /send answered 200 to 127.0.0.1; channels: 1.");
        await server.Log.HasAsync("Debug: /send answered 406 to 127.0.0.1; channels: 0.");
        await server.Log.HasAsync("Debug: /send answered 401 to 127.0.0.1; channels: 0.");
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("payload", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_request_of_the_API_is_a_line()
    {
        await using var server = await Recording.StartAsync(LogLevel.Debug);
        await RawHttp.GetAsync(server.Server, "/api/channel?name=a", "Authorization: Bearer S1");
        await RawHttp.GetAsync(server.Server, "/api/channel", "Authorization: Bearer S1");
        await RawHttp.GetAsync(server.Server, "/api/channel?name=a");

        await server.Log.HasAsync("Debug: GET /api/channel answered 200 to 127.0.0.1.");
        await server.Log.HasAsync("Debug: GET /api/channel answered 400 to 127.0.0.1.");
        await server.Log.HasAsync("Debug: GET /api/channel answered 401 to 127.0.0.1.");
    }

    [Fact]
    public async Task A_send_without_any_secret_is_warned_of_once_a_minute()
    {
        await using var server = await Recording.StartAsync(LogLevel.Warning);
        await PostAsync(server, "{}", "notification_secret: wrong");
        Assert.DoesNotContain(server.Log.Lines, IsOfSecret);

        await PostAsync(server, "{}", "Cookie: none");
        await PostAsync(server, "{}", "Cookie: none");
        var line = Assert.Single(server.Log.Lines, IsOfSecret);
        Assert.StartsWith("Warning: A request to /send has no secret:", line, StringComparison.Ordinal);
        Assert.Contains("send the header as notification-secret", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_websocket_and_its_joins_are_logged_from_begin_to_end()
    {
        await using var server = await Recording.StartAsync(LogLevel.Debug);
        using var other = await JsonWebSocketClient.OpenAsync(server.Server);
        string id;
        using (var client = await JsonWebSocketClient.OpenAsync(server.Server))
        {
            id = client.Id;
            await client.JoinAsync("news");
            await client.AskAsync($$"""{"type":"join","channel":"{{other.Id}}"}""");
        }

        await server.Log.HasAsync($"Debug: Connection {id} (WebSocket) has begun, from this host");
        await server.Log.HasAsync($"Debug: Connection {id} joined channel news at offset 0");
        await server.Log.HasAsync($"Debug: Connection {id} may not join channel {other.Id}: forbidden.");
        await server.Log.HasAsync($"Debug: Connection {id} (WebSocket) has ended: ");
    }

    [Fact]
    public async Task An_event_stream_and_its_joins_are_logged_from_begin_to_end()
    {
        await using var server = await Recording.StartAsync(LogLevel.Debug);
        var (opened, _) = await EventStream.OpenAsync(server.Server, "?key=K1&channel=news");
        using (opened)
        {
            await opened.ReadAsync();
        }

        await server.Log.HasAsync(" (event stream) has begun, from this host");
        await server.Log.HasAsync(" joined channel news at offset 0");
        await server.Log.HasAsync(" (event stream) has ended: the client has gone.");
    }

    [Fact]
    public async Task A_socketio_connection_and_its_joins_are_logged_although_no_acknowledgement_is_asked_for()
    {
        await using var server = await Recording.StartAsync(LogLevel.Debug);
        using var client = await PollingClient.ConnectAsync(server.Server);
        Assert.Equal("200 ok", await client.PostAsync("42[\"join\",\"news\"]"));
        await server.Log.HasAsync($"Debug: Connection {client.Id} (Socket.IO, polling, Engine.IO V4) has begun, from this host");
        await server.Log.HasAsync(" joined channel news at offset 0");
        await client.PostAsync("1");
        await server.Log.HasAsync($"Debug: Connection {client.Id} (Socket.IO) has ended: ClientClosed.");

        using var stranger = await PollingClient.OpenAsync(server.Server, "?EIO=4", "&notificationKey=wrong");
        Assert.Equal("200 ok", await stranger.PostAsync("40"));
        await stranger.GetAsync();
        Assert.Equal("200 ok", await stranger.PostAsync("42[\"join\",\"secret news\"]"));
        await server.Log.HasAsync(" may not join channel secret news: forbidden.");
    }

    [Fact]
    public async Task A_draining_server_logs_why_connections_end()
    {
        await using var server = await Recording.StartAsync(LogLevel.Debug);
        using var polling = await PollingClient.ConnectAsync(server.Server);
        using var socket = await JsonWebSocketClient.OpenAsync(server.Server);
        await server.Server.StopAsync();
        await server.Log.HasAsync($"Debug: Connection {polling.Id} (Socket.IO) has ended: Draining.");
        await server.Log.HasAsync($"Debug: Connection {socket.Id} (WebSocket) has ended: Draining.");
    }

    [Fact]
    public async Task Refused_connections_are_logged_with_the_reason()
    {
        await using var server = await Recording.StartAsync(LogLevel.Debug);
        await RawHttp.SendAsync(server.Server, new RawRequest("GET", "/events?key=wrong&channel=a", []));
        await RawHttp.SendAsync(server.Server, new RawRequest("GET", "/socket.io/?EIO=4&transport=carrier-pigeon", []));
        await server.Log.HasAsync("Debug: A connection (event stream) is refused: the key is missing or wrong.");
        await server.Log.HasAsync("Debug: A request of Socket.IO is refused: TransportUnknown.");
    }

    [Fact]
    public async Task At_information_none_of_these_is_logged()
    {
        await using var server = await Recording.StartAsync(LogLevel.Information);
        using var client = await JsonWebSocketClient.OpenAsync(server.Server);
        await client.JoinAsync("news");
        await server.Server.SendAsync("news", "1");
        Assert.DoesNotContain(server.Log.Lines, IsOurs);
    }

    private static bool IsOfSecret(string line) =>
        line.Contains("has no secret", StringComparison.Ordinal);

    private static bool IsOurs(string line) =>
        new[] { "has begun", "joined channel", "/send answered" }.Any(text => line.Contains(text, StringComparison.Ordinal));

    private static Task<RawResponse> PostAsync(Recording server, string json, string header) =>
        RawHttp.SendAsync(server.Server, new RawRequest("POST", "/send", [header, "Content-Type: application/json"])
        {
            Body = System.Text.Encoding.UTF8.GetBytes(json),
        });

    private sealed class Recording : IAsyncDisposable
    {
        private Recording(LogRecorder log, NotifyServer server)
        {
            Log = log;
            Server = server;
        }

        public LogRecorder Log { get; }

        public NotifyServer Server { get; }

        public static async Task<Recording> StartAsync(LogLevel level)
        {
            var log = new LogRecorder();
            var server = new NotifyServer(NotifyServer.Default, services: log.From(level));
            await server.InitializeAsync();
            return new Recording(log, server);
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Log.Dispose();
        }
    }
}
