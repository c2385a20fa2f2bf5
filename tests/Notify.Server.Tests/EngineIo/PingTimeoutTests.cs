using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests that silent clients are disconnected: not too early, and always.</summary>
public sealed class PingTimeoutTests(FakeTimeServer server) : IClassFixture<FakeTimeServer>
{
    private const string Gone = "400 {\"code\":1,\"message\":\"Session ID unknown\"}";

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_silent_WebSocket_is_cut(int revision)
    {
        using var client = await RawSocket.OpenAsync(server, $"?EIO={revision}&transport=websocket");
        Assert.StartsWith("0{", await client.ReceiveAsync(), StringComparison.Ordinal);
        var began = server.Time.GetTimestamp();

        Assert.Equal("cut", await server.Time.PassUntilAsync(ReadToEndAsync(client)));
        Assert.True(server.Time.GetElapsedTime(began) >= FakeTimeServer.Life);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_message_that_never_ends_is_no_sign_of_life(int revision)
    {
        using var client = await RawSocket.OpenAsync(server, $"?EIO={revision}&transport=websocket");
        using var other = await RawSocket.OpenAsync(server, "?EIO=3&transport=websocket");
        Assert.StartsWith("0{", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.StartsWith("0{", await other.ReceiveAsync(), StringComparison.Ordinal);
        var cut = ReadToEndAsync(client);
        for (var part = 0; part < 20 && !cut.IsCompleted; part++)
        {
            try
            {
                await client.SendPartAsync(new byte[300]);
            }
            catch (Exception exception)
                when (exception is System.Net.WebSockets.WebSocketException or IOException or OperationCanceledException)
            {
                // The connection was cut off in the meantime.
                break;
            }

            // The server has time to receive the part.
            await other.SendAsync("4x");
            Assert.Equal("4x", await other.ReceiveAsync());
            server.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal("cut", await cut.Soon());
    }

    [Theory]
    [InlineData("?EIO=4", "", "200 2", "200 1")]
    [InlineData("?EIO=3", "&b64=1", "200 1:1")]
    public async Task The_polls_of_a_silent_client_are_ended_and_its_session(string query, string once, params string[] answers)
    {
        using var client = await PollingClient.OpenAsync(server, query, once);

        // After the first request, the heartbeat detects a missing client.
        var message = once.Length == 0 ? "4x" : "2:4x";
        Assert.Equal("200 ok", await client.PostAsync(message));
        Assert.Equal("200 " + message, await client.GetAsync());
        var began = server.Time.GetTimestamp();

        string answer;
        while ((answer = await server.Time.PassUntilAsync(client.GetAsync())) != Gone)
        {
            Assert.Contains(answer, answers);
        }

        Assert.True(server.Time.GetElapsedTime(began) >= FakeTimeServer.Life);
    }

    [Fact]
    public async Task A_client_that_says_anything_in_time_is_not_cut_before_its_time_has_passed_again()
    {
        using var client = await RawSocket.OpenAsync(server, "?EIO=3&transport=websocket");
        Assert.StartsWith("0{", await client.ReceiveAsync(), StringComparison.Ordinal);
        server.Time.Advance(FakeTimeServer.Life - TimeSpan.FromSeconds(1));
        await client.SendAsync("4x");
        Assert.Equal("4x", await client.ReceiveAsync());
        var said = server.Time.GetTimestamp();

        Assert.Equal("cut", await server.Time.PassUntilAsync(client.ReceiveAsync()));
        Assert.True(server.Time.GetElapsedTime(said) >= FakeTimeServer.Life);
    }

    private static async Task<string> ReadToEndAsync(RawSocket client)
    {
        string frame;
        while ((frame = await client.ReceiveAsync()) == "2")
        {
        }

        return frame;
    }
}
