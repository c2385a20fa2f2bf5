using System.Text;
using System.Text.Json;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests what clients of every transport are told of an inbox.</summary>
public sealed class InboxEventTests : IAsyncLifetime
{
    private readonly NotifyServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => ((IAsyncLifetime)_server).DisposeAsync();

    [Fact]
    public async Task A_JSON_WebSocket_is_told_the_state_after_the_join_and_after_each_change()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        var joined = await client.AskAsync("""{"type":"join","channel":"user:7","inbox":true,"id":1}""");
        Assert.Contains("\"type\":\"joined\"", joined, StringComparison.Ordinal);
        Assert.Equal("inbox 0.0 0/0/0 floor 0 seen [] read [] gone []", Describe(await client.ReceiveAsync()));

        await _server.SendAsync("user:7", "1");
        Assert.Contains("\"type\":\"notification\"", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("inbox 1.0 1/1/1 floor 0", Describe(await client.ReceiveAsync()));

        await MarkAsync("""{"user":"7","as":"read","all":true}""");
        Assert.Equal("inbox 1.1 0/0/1 floor 0 seen [1,1] read [1,1] gone []", Describe(await client.ReceiveAsync()));
        await MarkAsync("""{"user":"7","as":"deleted","all":true}""");
        Assert.Equal("inbox 1.2 0/0/0 floor 0 seen [1,1] read [1,1] gone [1,1]", Describe(await client.ReceiveAsync()));
    }

    [Fact]
    public async Task Every_device_is_told_and_who_does_not_ask_is_not()
    {
        using var first = await JsonWebSocketClient.OpenAsync(_server);
        using var second = await JsonWebSocketClient.OpenAsync(_server);
        using var plain = await JsonWebSocketClient.OpenAsync(_server);
        await plain.JoinAsync("user:8");
        foreach (var device in new[] { first, second })
        {
            await device.AskAsync("""{"type":"join","channel":"user:8","inbox":true}""");
            Assert.StartsWith("inbox 0.0", Describe(await device.ReceiveAsync()), StringComparison.Ordinal);
        }

        await _server.SendAsync("user:8", "1");
        await MarkAsync("""{"user":"8","as":"seen","all":true}""");
        await _server.SendAsync("user:8", "2");
        foreach (var device in new[] { first, second })
        {
            await device.ReceiveAsync();
            Assert.Equal("inbox 1.0 1/1/1 floor 0", Describe(await device.ReceiveAsync()));
            Assert.Equal("inbox 1.1 1/0/1 floor 0 seen [1,1] read [] gone []", Describe(await device.ReceiveAsync()));
            await device.ReceiveAsync();
            Assert.Equal("inbox 2.1 2/1/2 floor 0", Describe(await device.ReceiveAsync()));
        }

        Assert.Contains("\"data\":1", await plain.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Contains("\"data\":2", await plain.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Socket_IO_client_is_told_by_the_event_INBOX()
    {
        using var client = await PollingClient.ConnectAsync(_server);
        using var socket = await client.OpenSocketAsync(_server);
        await socket.SendAsync("5");
        await socket.SendAsync("""421["join","user:9",{"inbox":true}]""");
        Assert.StartsWith("431[", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("INBOX 0.0 0/0/0 floor 0 seen [] read [] gone []", Describe(await socket.ReceiveAsync()));
        await _server.SendAsync("user:9", "1");
        Assert.StartsWith("42[\"NEW_NOTIFICATION\",1,{", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("INBOX 1.0 1/1/1 floor 0", Describe(await socket.ReceiveAsync()));
    }

    [Fact]
    public async Task An_event_stream_is_told_by_the_event_inbox_without_an_id()
    {
        var (stream, _) = await EventStream.OpenAsync(_server, "?channel=user:10&inbox=1&key=K1");
        using var own = stream;
        Assert.Contains("event: joined", await stream.ReadAsync(), StringComparison.Ordinal);
        var news = await stream.ReadAsync();
        Assert.StartsWith("event: inbox\ndata: {", news, StringComparison.Ordinal);
        Assert.DoesNotContain("\nid:", news, StringComparison.Ordinal);
        Assert.Equal("inbox 0.0 0/0/0 floor 0 seen [] read [] gone []", Describe(news!["event: inbox\ndata: ".Length..]));
    }

    [Theory]
    [InlineData("""{"type":"join","channel":"news","inbox":true,"id":1}""", "\"code\":\"not_inbox\"")]
    [InlineData("""{"type":"join","channel":"user:7","inbox":1,"id":1}""", "the field \\\"inbox\\\" is neither true nor false")]
    public async Task A_join_that_asks_for_what_there_is_not_is_refused(string join, string error)
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        Assert.Contains(error, await client.AskAsync(join), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_tokens_only_the_user_is_told()
    {
        await using var server = new NotifyServer(
            NotifyServer.Default with { Token = new TokenOptions { Secret = SignedToken.Secret } });
        await server.InitializeAsync();
        using var client = await JsonWebSocketClient.OpenAsync(server);
        const string Join = """{"type":"join","channel":"user:7","inbox":true,"id":1}""";
        Assert.Contains("\"code\":\"forbidden\"", await client.AskAsync(Join), StringComparison.Ordinal);

        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var token = SignedToken.Of($$"""{"sub":"7","iat":{{now}},"exp":{{now + 900}} }""");
        await client.AskAsync($$"""{"type":"auth","token":"{{token}}"}""");
        Assert.Contains("\"type\":\"joined\"", await client.AskAsync(Join), StringComparison.Ordinal);
        Assert.StartsWith("inbox 0.0", Describe(await client.ReceiveAsync()), StringComparison.Ordinal);
        var other = await client.AskAsync("""{"type":"join","channel":"user:8","inbox":true,"id":1}""");
        Assert.Contains("\"code\":\"forbidden\"", other, StringComparison.Ordinal);
    }

    private static string Describe(string message)
    {
        var isSocketIo = message.StartsWith("42[", StringComparison.Ordinal);
        using var document = JsonDocument.Parse(isSocketIo ? message[2..] : message);
        var json = isSocketIo ? document.RootElement[1] : document.RootElement;
        var name = isSocketIo ? document.RootElement[0].GetString() : json.GetProperty("type").GetString();
        var state = json.TryGetProperty("state", out var marks)
            ? $" seen {marks.GetProperty("seen")} read {marks.GetProperty("read")} gone {marks.GetProperty("gone")}"
            : "";
        var counts = $"{json.GetProperty("unread")}/{json.GetProperty("unseen")}/{json.GetProperty("total")}";
        return $"{name} {json.GetProperty("offset")}.{json.GetProperty("rev")} {counts} floor {json.GetProperty("floor")}{state}";
    }

    private async Task MarkAsync(string body)
    {
        var answer = await RawHttp.SendAsync(
            _server,
            new RawRequest("POST", "/api/inbox/mark", [$"Authorization: Bearer {NotifyServer.Secret}", "Content-Type: application/json"])
            {
                Body = Encoding.UTF8.GetBytes(body),
            });
        Assert.Equal(200, answer.Status);
    }
}
