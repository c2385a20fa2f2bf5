using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.SocketIo;

/// <summary>
/// Tests the effect of one frame of a revision 3 client on its connection, which is the same as in the newest reference implementation.
/// </summary>
[Collection(SharedServer.Name)]
public sealed class FrameTests(NotifyServer server)
{
    [Theory]
    [InlineData("4")]
    [InlineData("4abc")]
    [InlineData("42{}")]
    [InlineData("42[]")]
    [InlineData("42[\"join\"")]
    [InlineData("42abc[\"join\",\"x\"]")]
    [InlineData("49")]
    [InlineData("43")]
    [InlineData("44\"x\"")]
    [InlineData("41/other")]
    [InlineData("42/other,[\"join\",\"q\"]")]
    [InlineData("42[\"disconnect\"]")]
    [InlineData("451-[\"join\",{\"_placeholder\":true,\"num\":1}]")]
    [InlineData("4511-[\"join\",{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("3")]
    [InlineData("7")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("1")]
    public async Task Ends_the_connection(string frame)
    {
        var (socket, _) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await client.SendAsync(frame);
        Assert.Equal("closed", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("42[\"foo\",1]")]
    [InlineData("42[\"message\",1]")]
    [InlineData("42[\"NEW_NOTIFICATION\",\"x\"]")]
    [InlineData("42[5,\"x\"]")]
    [InlineData("431[]")]
    [InlineData("40")]
    [InlineData("0")]
    [InlineData("5")]
    [InlineData("6")]
    [InlineData("451-[\"join\",{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("2", "3")]
    [InlineData("2probe", "3")]
    [InlineData("40/other,", "44/other,\"Invalid namespace\"")]
    public async Task Leaves_the_connection_open(string frame, params string[] answers)
    {
        var (socket, _) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await client.SendAsync(frame);
        await client.SendAsync("2");
        foreach (var answer in answers)
        {
            Assert.Equal(answer, await client.ReceiveAsync());
        }

        Assert.Equal("3", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("40/other,", "44/other,{\"message\":\"Invalid namespace\"}")]
    [InlineData("40/other", "44/other,{\"message\":\"Invalid namespace\"}")]
    [InlineData("40[]", "closed")]
    [InlineData("42[\"join\",\"x\"]", "closed")]
    [InlineData("2", "closed")]
    public async Task Revision_4_is_answered(string frame, string answer)
    {
        using var client = await RawSocket.OpenAsync(server, "?EIO=4&transport=websocket");
        Assert.StartsWith("0{", await client.ReceiveAsync(), StringComparison.Ordinal);
        await client.SendAsync(frame);
        Assert.Equal(answer, await client.ReceiveAsync());
    }

    [Fact]
    public async Task Bytes_without_a_packet_end_the_connection()
    {
        var (socket, _) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await client.SendAsync(4, 1, 2);
        Assert.Equal("closed", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData(3, "40")]
    [InlineData(4, "40{\"sid\":")]
    public async Task A_client_that_left_its_namespace_may_enter_it_again(int revision, string answer)
    {
        using var client = await RawSocket.OpenAsync(server, $"?EIO={revision}&transport=websocket");
        await client.ReceiveAsync();
        if (revision == 4)
        {
            await client.SendAsync("40");
        }

        Assert.StartsWith(answer, await client.ReceiveAsync(), StringComparison.Ordinal);
        await client.SendAsync("41");
        await client.SendAsync("40");
        Assert.StartsWith(answer, await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_the_namespace_leaves_every_channel()
    {
        var (socket, id) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await client.SendAsync("421[\"join\",\"left with its namespace\"]");
        Assert.StartsWith("431[{", await client.ReceiveAsync(), StringComparison.Ordinal);
        await client.SendAsync("41");
        await client.SendAsync("40");
        Assert.Equal("40", await client.ReceiveAsync());
        await Leaving.WaitAsync(server, client, id, "left with its namespace");
    }

    [Fact]
    public async Task An_event_outside_its_namespace_ends_the_connection()
    {
        var (socket, _) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await client.SendAsync("41");
        await client.SendAsync("42[\"join\",\"x\"]");
        Assert.Equal("closed", await client.ReceiveAsync());
    }
}
