using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.JsonWebSocket;

/// <summary>Tests the responses to a client's errors.</summary>
[Collection(SharedServer.Name)]
public sealed class JsonWebSocketErrorTests(NotifyServer server)
{
    private const string BadMessage = """{"type":"error","code":"bad_message",""";
    private const int MaxBytes = 16 * 1024;

    [Fact]
    public async Task Each_bad_message_is_answered_and_the_tenth_ends_the_connection()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        for (var i = 0; i < 9; i++)
        {
            Assert.StartsWith(
                BadMessage,
                await client.AskAsync(i % 2 == 0 ? "nonsense" : """{"type":"nonsense"}"""),
                StringComparison.Ordinal);
        }

        Assert.Equal("""{"type":"pong"}""", await client.AskAsync("""{"type":"ping"}"""));
        Assert.StartsWith(BadMessage, await client.AskAsync("[]"), StringComparison.Ordinal);
        Assert.Equal("closed 4503", await client.ReceiveAsync());
        Assert.Equal("protocol error", client.Socket.CloseReason);
    }

    [Fact]
    public async Task Bytes_are_refused_and_harm_nobody()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        await client.Socket.SendAsync(1, 2, 3);
        Assert.Equal($$"""{{BadMessage}}"message":"the message is binary; expected text"}""", await client.ReceiveAsync());
        Assert.Equal("""{"type":"pong"}""", await client.AskAsync("""{"type":"ping"}"""));
    }

    [Fact]
    public async Task Ten_thousand_levels_are_refused()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        Assert.StartsWith(BadMessage, await client.AskAsync(new string('[', 10_000)), StringComparison.Ordinal);
        Assert.Equal("""{"type":"pong"}""", await client.AskAsync("""{"type":"ping"}"""));
    }

    [Fact]
    public async Task A_message_of_the_greatest_length_is_read()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        const string Head = """{"type":"ping","later":""";
        Assert.Equal("""{"type":"pong"}""", await client.AskAsync($"{Head}\"{new string('x', MaxBytes - Head.Length - 3)}\"}}"));
    }

    [Fact]
    public async Task A_longer_one_ends_the_connection()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        Assert.Equal(
            $$"""{{BadMessage}}"message":"the message is longer than 16384 bytes"}""",
            await client.AskAsync(new string('x', MaxBytes + 1)));
        Assert.Equal("closed 4503", await client.ReceiveAsync());
    }

    [Fact]
    public async Task A_longer_one_in_parts_ends_it_before_its_end()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        for (var i = 0; i < 5; i++)
        {
            await client.Socket.SendPartAsync(Encoding.ASCII.GetBytes(new string('x', 4096)));
        }

        Assert.StartsWith(BadMessage, await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("closed 4503", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData(0x81, new byte[] { (byte)'"', 0xC3, (byte)'"' })]
    [InlineData(0xC1, new byte[] { (byte)'{', (byte)'}' })]
    [InlineData(0x83, new byte[] { 1 })]
    [InlineData(0x80, new byte[] { 1 })]
    public async Task What_no_WebSocket_may_send_is_said_and_ends_the_connection(byte first, byte[] payload)
    {
        using var client = await JsonWebSocketFrames.OpenAsync(server);
        Assert.StartsWith("text {\"type\":\"welcome\"", await client.ReceiveAsync(), StringComparison.Ordinal);
        await client.SendAsync(first, payload);
        Assert.Equal(
            $$"""text {{BadMessage}}"message":"the frame is no text in UTF-8, or none of RFC 6455"}""",
            await client.ReceiveAsync());
        Assert.Equal("close 4503 protocol error", await client.ReceiveAsync());
    }
}
