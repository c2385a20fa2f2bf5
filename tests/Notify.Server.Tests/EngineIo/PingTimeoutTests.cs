using System.Diagnostics;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests that silent clients are disconnected: not too early, and always.</summary>
public sealed class PingTimeoutTests(HastyServer server) : IClassFixture<HastyServer>
{
    private const string Gone = "400 {\"code\":1,\"message\":\"Session ID unknown\"}";

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_silent_WebSocket_is_cut(int revision)
    {
        var began = Stopwatch.GetTimestamp();
        using var client = await RawSocket.OpenAsync(server, $"?EIO={revision}&transport=websocket");
        Assert.StartsWith("0{", await client.ReceiveAsync(), StringComparison.Ordinal);

        var frame = await client.ReceiveAsync();
        if (revision == 4 && frame == "2")
        {
            frame = await client.ReceiveAsync();
        }

        Assert.Equal("cut", frame);
        Assert.True(Stopwatch.GetElapsedTime(began) >= HastyServer.Life);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_message_that_never_ends_is_no_sign_of_life(int revision)
    {
        using var client = await RawSocket.OpenAsync(server, $"?EIO={revision}&transport=websocket");
        using var clock = await RawSocket.OpenAsync(server, "?EIO=4&transport=websocket");
        Assert.StartsWith("0{", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.StartsWith("0{", await clock.ReceiveAsync(), StringComparison.Ordinal);
        var cut = ReadToEndAsync(client);
        for (var part = 0; !cut.IsCompleted; part++)
        {
            Assert.True(part < 100, "The client is still served.");
            try
            {
                await client.SendPartAsync(new byte[300]);
            }
            catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or IOException)
            {
                // The connection was cut off in the meantime.
                break;
            }

            Assert.Equal("2", await clock.ReceiveAsync());
            await clock.SendAsync("3");
        }

        Assert.Equal("cut", await cut.Soon());
    }

    [Theory]
    [InlineData("?EIO=4", "", "200 2", "200 1")]
    [InlineData("?EIO=3", "&b64=1", "200 1:1")]
    public async Task The_polls_of_a_silent_client_are_ended_and_its_session(string query, string once, params string[] answers)
    {
        var began = Stopwatch.GetTimestamp();
        using var client = await PollingClient.OpenAsync(server, query, once);

        string answer;
        while ((answer = await client.GetAsync()) != Gone)
        {
            Assert.Contains(answer, answers);
        }

        Assert.True(Stopwatch.GetElapsedTime(began) >= HastyServer.Life);
    }

    [Fact]
    public async Task A_client_that_says_anything_in_time_is_not_cut_before_its_time_has_passed_again()
    {
        using var client = await RawSocket.OpenAsync(server, "?EIO=3&transport=websocket");
        Assert.StartsWith("0{", await client.ReceiveAsync(), StringComparison.Ordinal);
        var said = Stopwatch.GetTimestamp();
        await client.SendAsync("4x");
        Assert.Equal("4x", await client.ReceiveAsync());
        Assert.Equal("cut", await client.ReceiveAsync());
        Assert.True(Stopwatch.GetElapsedTime(said) >= HastyServer.Life);
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
