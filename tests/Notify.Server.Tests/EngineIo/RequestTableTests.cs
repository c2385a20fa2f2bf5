using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

[Collection(SharedServer.Name)]
public sealed class RequestTableTests(NotifyServer server)
{
    private static readonly string[] WebSocketHeaders =
        ["Connection: Upgrade, close", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"];

    public static TheoryData<string> Names => [.. RequestTable.Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Requests_without_a_session_are_answered_as_by_the_reference(string name)
    {
        var row = RequestTable.Rows[name];

        var response = await RawHttp.SendAsync(server, row.Request);

        Assert.Equal(
            (row.Status, row.ContentType, row.Answer), (response.Status, response.ContentType, Handshake.WithoutId(response.Body)));
        Assert.Equal(row.Status == 200 ? "no-store" : "", response.Headers.GetValueOrDefault("Cache-Control", ""));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_origin_may_read_every_answer(string name)
    {
        var row = RequestTable.Rows[name];
        if (row.Status == 404 || row.Headers.Any(header => header.StartsWith("Origin", StringComparison.Ordinal)))
        {
            return;
        }

        var headers = (await RawHttp.SendAsync(server, row.Request)).Headers;

        Assert.Equal(row.Origin ?? "*", headers["Access-Control-Allow-Origin"]);
        Assert.Equal(row.Origin is null ? "" : "true", headers.GetValueOrDefault("Access-Control-Allow-Credentials", ""));
        Assert.Equal(row.Origin is null ? "" : "Origin", headers.GetValueOrDefault("Vary", ""));
        Assert.Equal(
            row.Method == "OPTIONS" ? "Content-Type" : "",
            headers.GetValueOrDefault("Access-Control-Allow-Headers", ""),
            ignoreCase: true);
    }

    [Fact]
    public async Task A_client_of_1_x_is_answered_in_the_binary_framing()
    {
        var response = await RawHttp.GetAsync(server, "/socket.io/?EIO=3&transport=polling&t=1");

        Assert.Equal("application/octet-stream", response.ContentType);
        Assert.Equal([0, 1, 1, 8, 0xFF, .. "0{\"sid\":\""u8], response.Bytes[..14]);
        Assert.Equal(118 + 5, response.Bytes.Length);
    }

    [Theory]
    [InlineData("?EIO=4", "Transport unknown")]
    [InlineData("?EIO=4&transport=abc", "Transport unknown")]
    [InlineData("?EIO=4&transport=websocket&sid=unknown", "Session ID unknown")]
    [InlineData("?transport=websocket", "Unsupported protocol version")]
    [InlineData("?EIO=abc&transport=websocket", "Unsupported protocol version")]
    public async Task Upgrades_are_refused_in_plain_text(string query, string message)
    {
        var response = await RawHttp.GetAsync(server, "/socket.io/" + query, WebSocketHeaders);

        Assert.Equal((400, "text/html", message), (response.Status, response.ContentType, response.Body));
        Assert.Equal("close", response.Headers["Connection"]);
    }

    [Fact]
    public async Task An_upgrade_of_the_polling_transport_is_closed()
    {
        using var socket = await RawSocket.OpenAsync(server, "?EIO=4&transport=polling");
        Assert.Equal("closed", await socket.ReceiveAsync());
    }

    [Fact]
    public async Task An_upgrade_elsewhere_finds_nothing() =>
        Assert.Equal(404, (await RawHttp.GetAsync(server, "/other?EIO=4&transport=websocket", WebSocketHeaders)).Status);

    [Fact]
    public async Task Oversize_headers_are_refused()
    {
        var response = await RawHttp.GetAsync(server, "/socket.io/?EIO=4&transport=polling", "X: " + new string('x', 64 * 1024));
        Assert.Equal(431, response.Status);
    }

    [Fact]
    public async Task What_is_no_HTTP_is_refused()
    {
        using var connection = await RawHttp.ConnectAsync(server);
        await connection.GetStream().WriteAsync("\u0016\u0003\u0001 garbage\r\n\r\n"u8.ToArray());
        Assert.StartsWith(
            "HTTP/1.1 400",
            Encoding.ASCII.GetString(await RawHttp.ReadAllAsync(connection.GetStream()).Soon()),
            StringComparison.Ordinal);
    }
}
