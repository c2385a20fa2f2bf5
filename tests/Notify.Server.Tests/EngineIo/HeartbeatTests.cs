using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.EngineIo;

/// <summary>Tests which side pings, and which sessions stay alive.</summary>
public sealed class HeartbeatTests(FakeTimeServer server) : IClassFixture<FakeTimeServer>
{
    [Fact]
    public async Task The_server_asks_a_polling_client_of_revision_4()
    {
        using var client = await PollingClient.OpenAsync(server, "?EIO=4");
        for (var i = 0; i < 2; i++)
        {
            await EchoAsync(client, "4x");
            Assert.Equal("200 2", await server.PassAsync(FakeTimeServer.Interval, client.GetAsync()));
            Assert.Equal("200 ok", await client.PostAsync("3"));
        }
    }

    [Fact]
    public async Task The_server_asks_a_WebSocket_of_revision_4()
    {
        using var client = await OpenSocketAsync(4);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("2", await server.PassAsync(FakeTimeServer.Interval, client.ReceiveAsync()));
            await client.SendAsync("3");
            await TalkAsync(client);
        }
    }

    [Fact]
    public async Task A_polling_client_of_revision_3_asks()
    {
        using var client = await PollingClient.OpenAsync(server, "?EIO=3", "&b64=1");
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("200 ok", await client.PostAsync("1:2"));
            Assert.Equal("200 1:3", await client.GetAsync());
        }
    }

    [Fact]
    public async Task A_WebSocket_of_revision_3_asks()
    {
        using var client = await OpenSocketAsync(3);
        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("2");
            Assert.Equal("3", await client.ReceiveAsync());
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_client_that_talks_lives_on(int revision)
    {
        using var client = await OpenSocketAsync(revision);
        for (var i = 0; i < 10; i++)
        {
            // Less than the client has to answer a ping.
            server.Time.Advance(TimeSpan.FromSeconds(18));
            await TalkAsync(client);
        }
    }

    [Fact]
    public async Task Who_enters_no_namespace_in_time_is_closed()
    {
        using var client = await RawSocket.OpenAsync(server.AtSocketIo(), "?EIO=4&transport=websocket");
        Assert.StartsWith("0{", await client.ReceiveAsync(), StringComparison.Ordinal);
        var frame = client.ReceiveAsync();
        server.Time.Advance(TimeSpan.FromMilliseconds(990));
        Assert.False(frame.IsCompleted);

        Assert.Equal("closed", await server.PassAsync(TimeSpan.FromMilliseconds(10), frame));
    }

    private async Task<RawSocket> OpenSocketAsync(int revision)
    {
        var socket = await RawSocket.OpenAsync(server, $"?EIO={revision}&transport=websocket");
        Assert.StartsWith("0{", await socket.ReceiveAsync(), StringComparison.Ordinal);
        return socket;
    }

    private static async Task EchoAsync(PollingClient client, string packet)
    {
        Assert.Equal("200 ok", await client.PostAsync(packet));
        Assert.Equal("200 " + packet, await client.GetAsync());
    }

    // The server has handled everything before when it answers.
    private static async Task TalkAsync(RawSocket client)
    {
        await client.SendAsync("4x");
        string frame;
        do
        {
            frame = await client.ReceiveAsync();
        }
        while (frame == "2");
        Assert.Equal("4x", frame);
    }
}
