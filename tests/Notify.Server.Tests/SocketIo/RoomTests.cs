using System.Text.Json;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.SocketIo;

/// <summary>Tests which name a join or leave means, and what a client without the key may do, as in the original server.</summary>
[Collection(SharedServer.Name)]
public sealed class RoomTests(NotifyServer server)
{
    private const string Got = "42[\"NEW_NOTIFICATION\",\"n\"]";

    [Theory]
    [InlineData("\"join\",5", "5")]
    [InlineData("\"join\"", "undefined")]
    [InlineData("\"join\",null", "null")]
    [InlineData("\"join\",\"\"", "")]
    [InlineData("\"join\",{}", "[object Object]")]
    [InlineData("\"join\",{\"toString\":1}", "[object Object]")]
    [InlineData("\"join\",true", "true")]
    [InlineData("\"join\",1e21", "1e+21")]
    [InlineData("\"join\",\"p\",\"q\"", "p")]
    [InlineData("\"join\",\"__proto__\"", "__proto__")]
    [InlineData("\"join\",\"constructor\"", "constructor")]
    [InlineData("\"join\",\"hasOwnProperty\"", "hasOwnProperty")]
    [InlineData("\"join\",\"a\\u0000\\u001e\\u007fb\"", "a\0\u001e\u007fb")]
    [InlineData("\"join\",\"a\\ud83db\"", "a\uFFFDb")]
    [InlineData("\"join\",\"\\ud83d\\ude00\"", "\U0001F600")]
    [InlineData("\"join\",[\"x\",\"y\"]", "x")]
    [InlineData("\"join\",[\"x\",\"y\"]", "y")]
    public async Task A_join_names_a_channel_as_JavaScript_would(string join, string channel)
    {
        using var client = await JoinAsync(join);
        await SendAsync(channel, "\"n\"");
        Assert.Equal(Got, await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("\"join\",\"p\",\"q\"", "q")]
    [InlineData("\"join\",[\"x\",\"y\"]", "x,y")]
    [InlineData("\"join\",\"other\"", "Other")]
    [InlineData("\"join\",\"other\"", " other")]
    public async Task And_no_other(string join, string channel)
    {
        using var client = await JoinAsync(join);
        await SendAsync(channel, "\"n\"");
        await ExpectNothingAsync(client, channel);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("\"5\"")]
    [InlineData("[\"5\",6]")]
    public async Task A_leave_means_the_same_names(string left)
    {
        var (socket, id) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await client.SendAsync("421[\"join\",5]");
        Assert.StartsWith("431[{", await client.ReceiveAsync(), StringComparison.Ordinal);
        await client.SendAsync($"421[\"leave\",{left}]");
        Assert.Equal("431[]", await client.ReceiveAsync());
        await Leaving.WaitAsync(server, client, id, "5");
    }

    [Fact]
    public async Task A_name_over_the_limit_is_refused_by_its_name()
    {
        var (socket, _) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await client.SendAsync($"421[\"join\",\"{new string('x', 10_000)}\"]");
        Assert.Equal("431[{\"error\":\"bad_channel\"}]", await client.ReceiveAsync());
        await client.SendAsync($"422[\"join\",\"{new string('x', 200)}\"]");
        Assert.StartsWith("432[{\"epoch\"", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_is_in_its_own_room_until_it_leaves()
    {
        var (socket, id) = await RawSocket.ConnectAsync(server);
        using var client = socket;
        await SendAsync(id, "\"n\"");
        Assert.Equal(Got, await client.ReceiveAsync());

        await client.SendAsync($"421[\"leave\",\"{id}\"]");
        Assert.Equal("431[]", await client.ReceiveAsync());
        await SendAsync(id, "\"n\"");
        await ExpectNothingAsync(client, id);
    }

    [Fact]
    public async Task A_client_of_revision_4_is_named_by_the_answer_to_its_connect()
    {
        using var client = await RawSocket.OpenAsync(server, "?EIO=4&transport=websocket&notificationKey=K1");
        var session = Handshake.Id(await client.ReceiveAsync());
        await client.SendAsync("40");
        var answer = await client.ReceiveAsync();
        var id = JsonDocument.Parse(answer.AsMemory(2)).RootElement.GetProperty("sid").GetString()!;

        Assert.NotEqual(session, id);
        await SendAsync(session, "\"to the session\"");
        await SendAsync(id, "\"n\"");
        Assert.StartsWith("42[\"NEW_NOTIFICATION\",\"n\"", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listens_in_another_sockets_room()
    {
        var (first, id) = await RawSocket.ConnectAsync(server);
        using var socket = first;
        var (second, _) = await RawSocket.ConnectAsync(server);
        using var client = second;
        await client.SendAsync($"421[\"join\",\"{id}\"]");
        Assert.Equal("431[{\"error\":\"forbidden\"}]", await client.ReceiveAsync());
    }

    [Theory]
    [InlineData("&notificationKey=wrong")]
    [InlineData("")]
    [InlineData("&notificationKey=K1&notificationKey=K1")]
    [InlineData("&notificationKey=k1")]
    [InlineData("&notificationKey[]=K1")]
    [InlineData("&notificationKey=")]
    public async Task Without_the_key_a_client_is_connected_and_its_joins_are_ignored(string query)
    {
        var (socket, id) = await RawSocket.ConnectAsync(server, query);
        using var client = socket;
        await client.SendAsync("42[\"join\",\"keyed\"]");
        await SendAsync("keyed", "\"n\"");
        await client.SendAsync("2");
        Assert.Equal("3", await client.ReceiveAsync());
        await SendAsync(id, "\"direct\"");
        Assert.Equal("42[\"NEW_NOTIFICATION\",\"direct\"]", await client.ReceiveAsync());
    }

    [Fact]
    public async Task The_key_may_come_with_the_connect_of_revision_4()
    {
        using var client = await RawSocket.OpenAsync(server, "?EIO=4&transport=websocket");
        await client.ReceiveAsync();
        await client.SendAsync("40{\"notificationKey\":\"K1\"}");
        await client.ReceiveAsync();
        await client.SendAsync("421[\"join\",\"keyed\"]");
        Assert.StartsWith("431[{\"epoch\"", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    private async Task<RawSocket> JoinAsync(string join)
    {
        var (socket, _) = await RawSocket.ConnectAsync(server);
        await socket.SendAsync($"427[{join}]");
        Assert.StartsWith("437[", await socket.ReceiveAsync(), StringComparison.Ordinal);
        return socket;
    }

    // As a list with one element, because an empty name counts as missing.
    private async Task SendAsync(string channel, string json)
    {
        var row = Send.SendRow.Json("send", $"{{\"channel\":[{JsonSerializer.Serialize(channel)}],\"notification\":{json}}}");
        Assert.Equal(200, (await RawHttp.SendAsync(server, row.Request)).Status);
    }

    // Only a single channel has an order, so the marker is published to it.
    private async Task ExpectNothingAsync(RawSocket client, string channel)
    {
        await client.SendAsync($"421[\"join\",{JsonSerializer.Serialize(channel)}]");
        Assert.StartsWith("431[{", await client.ReceiveAsync(), StringComparison.Ordinal);
        await SendAsync(channel, "\"mark\"");
        Assert.Equal("42[\"NEW_NOTIFICATION\",\"mark\"]", await client.ReceiveAsync());
    }
}
