using System.Net.WebSockets;
using System.Text;
using Notify.Server.Tests.Support;
using Notify.Server.Tests.WebSockets;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests how WebSockets end: after a message that is too long, after invalid data, and when the client closes.</summary>
public sealed class SocketLimitTests(EchoServer server) : IClassFixture<EchoServer>
{
    private const int Limit = 1_000_000;

    [Fact]
    public async Task A_message_of_the_greatest_length_is_received()
    {
        using var client = await OpenAsync();
        var text = "4" + new string('x', Limit - 1);
        await client.SendAsync(text);
        Assert.Equal(text, await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_longer_one_is_closed_by_its_name()
    {
        using var client = await OpenAsync();
        await client.SendAsync("4" + new string('x', Limit));
        Assert.Equal("closed 1009", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_longer_one_in_parts_is_closed_before_its_end()
    {
        using var client = await OpenAsync();
        for (var i = 0; i < 11; i++)
        {
            await client.SendPartAsync(Encoding.ASCII.GetBytes(new string('4', Limit / 10)));
        }

        Assert.Equal("closed 1009", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_message_in_parts_is_one_message()
    {
        using var client = await OpenAsync();
        await client.SendPartAsync([]);
        await client.SendPartAsync("4he"u8.ToArray());
        await client.SendPartAsync([]);
        await client.SendAsync("llo");
        Assert.Equal("4hello", await client.ReceiveAsync());
    }

    [Fact]
    public async Task Text_that_is_not_UTF_8_ends_the_connection()
    {
        using var client = await OpenAsync();
        await client.SendPartAsync([(byte)'4', 0xC3]);
        await client.SendAsync("(");
        Assert.StartsWith("c", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WebSocketCloseStatus.NormalClosure)]
    [InlineData(WebSocketCloseStatus.EndpointUnavailable)]
    public async Task A_close_frame_is_answered(WebSocketCloseStatus status)
    {
        using var client = await OpenAsync();
        Assert.Equal(status, await client.CloseAsync(status));
    }

    [Fact]
    public async Task A_ping_frame_is_answered_by_the_writer()
    {
        using var connection = await RawHttp.ConnectAsync(server);
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "GET /engine.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
        await stream.WriteAsync((byte[])[0x89, 0x82, 0, 0, 0, 0, (byte)'h', (byte)'i', 0x88, 0x82, 0, 0, 0, 0, 3, 0xE8]);

        var all = await RawHttp.ReadAllAsync(connection.GetStream()).Soon();

        Assert.Equal([0x8A, 2, (byte)'h', (byte)'i', 0x88, 2, 3, 0xE8], all[^8..]);
    }

    private async Task<RawSocket> OpenAsync()
    {
        var socket = await RawSocket.OpenAsync(server, "?EIO=3&transport=websocket");
        Assert.StartsWith("0{", await socket.ReceiveAsync(), StringComparison.Ordinal);
        return socket;
    }
}
