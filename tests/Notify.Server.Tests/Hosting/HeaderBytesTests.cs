using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests that headers which Notify does not read may contain any bytes, as in Node.</summary>
public sealed class HeaderBytesTests(NotifyServer server) : IClassFixture<NotifyServer>
{
    // One byte on the wire, which is not valid UTF-8.
    private const string Foreign = "Cookie: name=Jos\u00e9";

    [Theory]
    [InlineData("/health/ready", 200)]
    [InlineData("/", 200)]
    [InlineData("/socket.io/?EIO=4&transport=polling", 200)]
    [InlineData("/socket.io/socket.io.js", 200)]
    [InlineData("/events?channel=c&key=wrong", 401)]
    [InlineData("/ws?key=K1", 426)]
    [InlineData("/api/channels", 401)]
    public async Task A_header_that_is_not_read_refuses_nothing(string path, int status)
    {
        var response = await RawHttp.GetAsync(server, path, Foreign, "X-User: \u00ff\u00fe");

        Assert.Equal(status, response.Status);
    }

    [Fact]
    public async Task A_backend_may_send_such_headers_too()
    {
        Assert.Equal(200, (await SendAsync("notification_secret: S1", Foreign)).Status);
    }

    [Theory]
    [InlineData("K\u00e9", 400)]
    [InlineData("K\u00c3\u00a9", 200)]
    public async Task A_header_that_is_read_is_checked(string key, int status)
    {
        Assert.Equal(status, (await SendAsync("notification_secret: S1", "Idempotency-Key: " + key)).Status);
    }

    [Theory]
    [InlineData("gr\u00fcn", 200)]
    [InlineData("gr\u00c3\u00bcn", 200)]
    [InlineData("gr\u00fdn", 401)]
    public async Task A_secret_is_compared_as_Latin_1_and_as_UTF_8(string shown, int status)
    {
        var own = new NotifyServer(NotifyServer.Default with { Access = new() { Key = "K1", Secret = "gr\u00fcn" } });
        await own.InitializeAsync();
        try
        {
            Assert.Equal(status, (await SendAsync(own, "notification_secret: " + shown)).Status);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    // Latin-1 has none of these characters, and an encoder that replaces them by question marks would accept question marks as the secret.
    [Theory]
    [InlineData("??????", 401)]
    [InlineData("\u00d0\u00bf\u00d0\u00b0\u00d1\u0080\u00d0\u00be\u00d0\u00bb\u00d1\u008c", 200)]
    public async Task A_secret_that_is_not_Latin_1_is_compared_as_UTF_8_alone(string shown, int status)
    {
        var own = new NotifyServer(
            NotifyServer.Default with { Access = new() { Key = "K1", Secret = "\u043f\u0430\u0440\u043e\u043b\u044c" } });
        await own.InitializeAsync();
        try
        {
            Assert.Equal(status, (await SendAsync(own, "notification_secret: " + shown)).Status);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_cannot_stand_in_an_answer_is_not_repeated()
    {
        var response = await RawHttp.SendAsync(
            server, new RawRequest("OPTIONS", "/socket.io/", ["Origin: https://example.org", "Access-Control-Request-Headers: x-\u00e9"]));

        Assert.Equal((204, "Content-Type"), (response.Status, response.Headers["Access-Control-Allow-Headers"]));
    }

    [Theory]
    [InlineData("/socket.io/?EIO=4&transport=websocket", "my-protocol-v1", "my-protocol-v1")]
    [InlineData("/socket.io/?EIO=4&transport=websocket", "first, second", "first")]
    [InlineData("/socket.io/?EIO=4&transport=websocket", "no token, second", null)]
    [InlineData("/socket.io/?EIO=4&transport=websocket", "\u00e9", null)]
    [InlineData("/ws?key=K1", "v1", "v1")]
    [InlineData("/ws?key=K1", null, null)]
    public async Task The_first_protocol_that_is_offered_is_taken(string path, string? offered, string? taken)
    {
        var head = new StringBuilder($"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
            .Append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n")
            .Append(offered is null ? "" : $"Sec-WebSocket-Protocol: {offered}\r\n").Append("\r\n");
        using var connection = await RawHttp.ConnectAsync(server);
        await connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head.ToString())).AsTask().Soon();
        var answer = new StringBuilder();
        while (!answer.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var buffer = new byte[1024];
            var read = await connection.GetStream().ReadAsync(buffer).AsTask().Soon();
            Assert.NotEqual(0, read);
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        Assert.StartsWith("HTTP/1.1 101 ", answer.ToString(), StringComparison.Ordinal);
        var line = answer.ToString().Split("\r\n").SingleOrDefault(
            line => line.StartsWith("Sec-WebSocket-Protocol:", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(taken, line?.Split(": ")[1]);
    }

    private Task<RawResponse> SendAsync(params string[] headers) => SendAsync(server, headers);

    private static Task<RawResponse> SendAsync(NotifyServer server, params string[] headers) =>
        RawHttp.SendAsync(
            server,
            new RawRequest("POST", "/send", [.. headers, "Content-Type: application/json"])
            {
                Body = """{"channel":"c","notification":1}"""u8.ToArray(),
            });
}
