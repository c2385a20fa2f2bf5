using System.Net.WebSockets;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.JsonWebSocket;

/// <summary>Tests which clients are accepted, and the responses to the others.</summary>
[Collection(SharedServer.Name)]
public sealed class JsonWebSocketHandshakeTests(NotifyServer server)
{
    private static readonly string[] Handshake =
        ["Connection: Upgrade, close", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];

    [Theory]
    [InlineData("")]
    [InlineData("?key=")]
    [InlineData("?key=wrong")]
    [InlineData("?key=k1")]
    [InlineData("?key=K1&key=K1")]
    [InlineData("?notificationKey=K1")]
    public async Task Without_the_key_the_connection_is_closed_by_its_name(string query)
    {
        using var socket = await RawSocket.OpenAsync(server, "/ws", query);
        Assert.Equal("closed 4501", await socket.ReceiveAsync());
        Assert.Equal("bad key", socket.CloseReason);
    }

    [Theory]
    [InlineData("?key=K1")]
    [InlineData("?other=1&key=%4b1")]
    public async Task With_the_key_it_is_welcome(string query)
    {
        using var socket = await RawSocket.OpenAsync(server, "/ws", query);
        Assert.Matches("^\\{\"type\":\"welcome\",\"connection\":\"[A-Za-z0-9_-]{20}\"\\}$", await socket.ReceiveAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await socket.CloseAsync(WebSocketCloseStatus.NormalClosure));
    }

    [Fact]
    public async Task Who_goes_without_a_close_frame_sees_an_orderly_end()
    {
        for (var round = 0; round < 30; round++)
        {
            using var client = await JsonWebSocketFrames.OpenAsync(server);
            Assert.StartsWith("text {\"type\":\"welcome\"", await client.ReceiveAsync(), StringComparison.Ordinal);
            client.HalfClose();

            // A race between two threads decides whether a close frame still arrives. A reset must never be seen.
            var last = await client.ReceiveAsync();
            Assert.Equal("end", last == "close" ? await client.ReceiveAsync() : last);
        }
    }

    [Fact]
    public async Task What_is_no_handshake_is_told_what_is_expected()
    {
        var get = await RawHttp.GetAsync(server, "/ws?key=K1");
        Assert.Equal((426, "websocket", "\"expected a WebSocket handshake\""), (get.Status, get.Headers["Upgrade"], get.Body));
        var post = await RawHttp.SendAsync(server, new RawRequest("POST", "/ws?key=K1", []));
        Assert.Equal((405, "GET"), (post.Status, post.Headers["Allow"]));
        Assert.Equal(404, (await RawHttp.GetAsync(server, "/ws/?key=K1")).Status);
    }

    [Fact]
    public async Task Only_pages_of_allowed_origins_connect()
    {
        var connection = new ConnectionOptions { Origins = OriginPolicy.Only("https://app.example.com") };
        var strict = new NotifyServer(NotifyServer.Default with { Connection = connection });
        await strict.InitializeAsync();
        try
        {
            var refused = await RawHttp.GetAsync(strict, "/ws?key=K1", [.. Handshake, "Origin: https://example.org"]);
            Assert.Equal(403, refused.Status);
            Assert.Contains("NOTIFY_ALLOWED_ORIGINS", refused.Body, StringComparison.Ordinal);

            using var allowed = await RawSocket.OpenAsync(strict, "/ws", "?key=K1", "https://app.example.com");
            Assert.StartsWith("{\"type\":\"welcome\"", await allowed.ReceiveAsync(), StringComparison.Ordinal);
            using var noBrowser = await JsonWebSocketClient.OpenAsync(strict);
        }
        finally
        {
            await strict.DisposeAsync();
        }
    }
}
