using System.Text.Json;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.JsonWebSocket;

/// <summary>Tests the requests of a JSON WebSocket client and their responses.</summary>
[Collection(SharedServer.Name)]
public sealed class JsonWebSocketJoinTests(NotifyServer server)
{
    [Fact]
    public async Task A_client_that_joins_is_told_what_is_sent()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        var epoch = await client.JoinAsync("plain é");
        await server.SendAsync("plain é", """{"text":"é 😀 \n <b>","n":1.50}""");
        await server.SendAsync("plain é", "\"second\"");

        using var first = JsonDocument.Parse(await client.ReceiveAsync());
        var told = first.RootElement;
        Assert.Equal(["type", "channel", "epoch", "offset", "id", "at", "data"], told.EnumerateObject().Select(field => field.Name));
        Assert.Equal(
            ("notification", "plain é", epoch, 1L),
            (
                told.GetProperty("type").GetString(),
                told.GetProperty("channel").GetString(),
                told.GetProperty("epoch").GetString(),
                told.GetProperty("offset").GetInt64()));
        Assert.Equal("""{"text":"é 😀 \n <b>","n":1.50}""", told.GetProperty("data").GetRawText());
        Assert.Equal(22, told.GetProperty("id").GetString()!.Length);
        Assert.True(told.GetProperty("at").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        using var second = JsonDocument.Parse(await client.ReceiveAsync());
        Assert.Equal(
            (2L, "second"),
            (second.RootElement.GetProperty("offset").GetInt64(), second.RootElement.GetProperty("data").GetString()));
    }

    [Fact]
    public async Task Requests_are_answered_with_the_id_that_the_client_gave_them()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        var epoch = await client.JoinAsync("ids");

        Assert.Equal(
            $$"""{"type":"joined","channel":"ids","epoch":"{{epoch}}","offset":0,"recovered":false,"id":1.50}""",
            await client.AskAsync("""{"type":"join","channel":"ids","id":1.50}"""));
        Assert.Equal("""{"type":"pong","id":"\u0041\/"}""", await client.AskAsync("""{"type":"ping","id":"\u0041\/"}"""));
        Assert.Equal("""{"type":"pong"}""", await client.AskAsync("""{"type":"ping"}"""));
        Assert.Equal("""{"type":"left","channel":"ids","id":3}""", await client.AskAsync("""{"type":"leave","channel":"ids","id":3}"""));
        Assert.Equal("""{"type":"left","channel":"ids"}""", await client.AskAsync("""{"type":"leave","channel":"ids"}"""));
    }

    [Fact]
    public async Task A_channel_that_was_left_is_told_no_more()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        await client.JoinAsync("left");
        await client.AskAsync("""{"type":"leave","channel":"left"}""");
        await server.SendAsync("left", "\"missed\"");
        await client.JoinAsync("left");
        await server.SendAsync("left", "\"mark\"");
        Assert.EndsWith("\"data\":\"mark\"}", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_hears_its_own_channel_and_nobody_else_does()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        using var other = await JsonWebSocketClient.OpenAsync(server);
        await server.SendAsync(client.Id, "\"for you\"");

        using (var told = JsonDocument.Parse(await client.ReceiveAsync()))
        {
            Assert.Equal(
                ("notification", client.Id, "", 0L, "for you"),
                (told.RootElement.GetProperty("type").GetString(), told.RootElement.GetProperty("channel").GetString(),
                    told.RootElement.GetProperty("epoch").GetString(),
                    told.RootElement.GetProperty("offset").GetInt64(),
                    told.RootElement.GetProperty("data").GetString()));
        }

        Assert.StartsWith(
            """{"type":"error","code":"forbidden",""", await other.AskAsync(
                $$"""{"type":"join","channel":"{{client.Id}}","id":1}"""), StringComparison.Ordinal);

        Assert.Equal(
            $$"""{"type":"left","channel":"{{client.Id}}"}""",
            await client.AskAsync($$"""{"type":"leave","channel":"{{client.Id}}"}"""));
        await server.SendAsync(client.Id, "\"missed\"");
        Assert.Equal(
            $$"""{"type":"joined","channel":"{{client.Id}}","epoch":"","offset":0,"recovered":false}""",
            await client.AskAsync($$"""{"type":"join","channel":"{{client.Id}}"}"""));
        await server.SendAsync(client.Id, "\"again\"");
        Assert.EndsWith("\"data\":\"again\"}", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_that_cannot_be_served_are_answered_by_an_error()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        var name = new string('x', 201);
        foreach (var type in (string[])["join", "leave"])
        {
            Assert.Equal(
                """{"type":"error","code":"bad_channel","message":"a channel's name is at most 200 bytes of UTF-8","id":1}""",
                await client.AskAsync($$"""{"type":"{{type}}","channel":"{{name}}","id":1}"""));
        }

        Assert.StartsWith(
            """{"type":"error","code":"unsupported","message":""",
            await client.AskAsync("""{"type":"auth","token":"t","id":2}"""),
            StringComparison.Ordinal);
        Assert.Equal("""{"type":"pong"}""", await client.AskAsync("""{"type":"ping"}"""));
    }

    [Fact]
    public async Task A_flood_of_requests_is_served_in_order()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        const int Count = 500;
        for (var i = 0; i < Count; i++)
        {
            await client.SendAsync($$"""{"type":"join","channel":"flood","id":{{i}}}""");
        }

        for (var i = 0; i < Count; i++)
        {
            Assert.EndsWith($",\"id\":{i}}}", await client.ReceiveAsync(), StringComparison.Ordinal);
        }
    }
}
