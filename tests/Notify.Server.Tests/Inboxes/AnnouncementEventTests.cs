using System.Text;
using System.Text.Json;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests what clients of every transport are told of announcements.</summary>
public sealed class AnnouncementEventTests : IAsyncLifetime
{
    private readonly NotifyServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => ((IAsyncLifetime)_server).DisposeAsync();

    [Fact]
    public async Task A_JSON_WebSocket_is_told_the_head_after_the_join_and_after_each_announcement()
    {
        await _server.SendAsync("announce:ws", "1");
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        var joined = await client.AskAsync("""{"type":"join","channel":"announce:ws","inbox":true,"id":1}""");
        Assert.Contains("\"type\":\"joined\"", joined, StringComparison.Ordinal);
        Assert.Equal("announcement 1.0 floor 0 backlog 0 gone []", Describe(await client.ReceiveAsync()));
        await _server.SendAsync("announce:ws", "2");
        Assert.Contains("\"type\":\"notification\"", await client.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("announcement 2.0 floor 0 backlog 0 gone []", Describe(await client.ReceiveAsync()));
    }

    [Fact]
    public async Task A_join_with_follow_is_told_what_the_user_has_of_announcements_and_a_mark_tells_every_device()
    {
        await _server.SendAsync("announce:all", "1");
        await _server.SendAsync("user:follow", "1");
        using var first = await JsonWebSocketClient.OpenAsync(_server);
        using var second = await JsonWebSocketClient.OpenAsync(_server);
        foreach (var device in new[] { first, second })
        {
            await device.AskAsync("""{"type":"join","channel":"user:follow","inbox":true,"follow":["announce:all"],"id":1}""");
            Assert.Equal("from 0 read [] gone []", await FollowAsync(device, _ => true));
        }

        await MarkAsync("""{"user":"follow","of":"announce:all","as":"read","all":true}""");
        foreach (var device in new[] { first, second })
        {
            var follow = await FollowAsync(device, follow => follow.Contains("read [1", StringComparison.Ordinal));
            Assert.Equal("from 0 read [1,1] gone []", follow);
        }

        // A second join changes nothing.
        await first.AskAsync("""{"type":"join","channel":"user:follow","inbox":true,"follow":["announce:all"],"id":2}""");
        await _server.SendAsync("user:follow", "2");
        string message;
        do
        {
            message = await first.ReceiveAsync();
        }
        while (!message.Contains("\"type\":\"inbox\",\"channel\":\"user:follow\"", StringComparison.Ordinal)
            || !message.Contains("\"offset\":2", StringComparison.Ordinal));

        Assert.Contains("\"rev\":2", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_tokens_a_join_adds_no_inbox_that_nobody_sent_to()
    {
        await _server.SendAsync("announce:all", "1");
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.AskAsync("""{"type":"join","channel":"user:unknown","inbox":true,"follow":["announce:all"],"id":1}""");
        Assert.DoesNotContain("follows", await client.ReceiveAsync(), StringComparison.Ordinal);
        await _server.SendAsync("user:unknown", "1");
        await client.ReceiveAsync();
        Assert.Contains("\"rev\":0", await client.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_tokens_the_claim_says_what_is_followed()
    {
        await using var server = new NotifyServer(NotifyServer.Default with { Token = new TokenOptions { Secret = SignedToken.Secret } });
        await server.InitializeAsync();
        await server.SendAsync("announce:pro", "1");
        await server.SendAsync("announce:other", "1");
        using var client = await JsonWebSocketClient.OpenAsync(server);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var token = SignedToken.Of($$"""{"sub":"7","follow":["announce:pro"],"iat":{{now}},"exp":{{now + 900}} }""");
        await client.AskAsync($$"""{"type":"auth","token":"{{token}}"}""");
        await client.AskAsync("""{"type":"join","channel":"user:7","inbox":true,"follow":["announce:other"],"id":1}""");
        Assert.Equal("from 0 read [] gone []", await FollowAsync(client, _ => true, "announce:pro"));
    }

    [Fact]
    public async Task A_Socket_IO_client_is_told_by_the_event_ANNOUNCEMENT()
    {
        await _server.SendAsync("announce:io", "1");
        await _server.SendAsync("user:io", "1");
        using var client = await PollingClient.ConnectAsync(_server);
        using var socket = await client.OpenSocketAsync(_server);
        await socket.SendAsync("5");
        await socket.SendAsync("""421["join","announce:io",{"inbox":true}]""");
        Assert.StartsWith("431[", await socket.ReceiveAsync(), StringComparison.Ordinal);
        Assert.Equal("ANNOUNCEMENT 1.0 floor 0 backlog 0 gone []", Describe(await socket.ReceiveAsync()));
        await socket.SendAsync("""422["join","user:io",{"inbox":true,"follow":["announce:io"]}]""");
        string message;
        do
        {
            message = await socket.ReceiveAsync();
        }
        while (!message.Contains("\"follows\":{\"announce:io\":{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_stream_has_the_announcements_that_it_follows()
    {
        await _server.SendAsync("announce:sse", "1");
        await _server.SendAsync("user:sse", "1");
        var (stream, _) = await EventStream.OpenAsync(_server, "?channel=user:sse&inbox=1&follow=announce:sse&key=K1");
        using var own = stream;
        var told = new List<string>();
        while (!told.Exists(message => message.Contains("\"follows\":{\"announce:sse\":{", StringComparison.Ordinal))
            || !told.Exists(message => message.StartsWith("event: announcement\ndata: {", StringComparison.Ordinal)))
        {
            told.Add((await stream.ReadAsync())!);
        }

        var head = told.Single(message => message.StartsWith("event: announcement\n", StringComparison.Ordinal));
        Assert.DoesNotContain("\nid:", head, StringComparison.Ordinal);
        Assert.Equal("announcement 1.0 floor 0 backlog 0 gone []", Describe(head["event: announcement\ndata: ".Length..]));
        Assert.Contains(
            told,
            message => message.Contains("event: joined", StringComparison.Ordinal)
                && message.Contains("announce:sse", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"announce:all\"")]
    [InlineData("[1]")]
    [InlineData("[[\"announce:all\"]]")]
    public async Task A_join_with_a_bad_list_is_refused(string follow)
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        var answer = await client.AskAsync($$"""{"type":"join","channel":"user:7","inbox":true,"follow":{{follow}},"id":1}""");
        Assert.Contains("the field \\\"follow\\\" is no list of at most 32 strings", answer, StringComparison.Ordinal);
    }

    private static async Task<string> FollowAsync(JsonWebSocketClient client, Func<string, bool> isWanted, string name = "announce:all")
    {
        while (true)
        {
            using var document = JsonDocument.Parse(await client.ReceiveAsync());
            if (document.RootElement.TryGetProperty("follows", out var follows))
            {
                var follow = follows.GetProperty(name);
                Assert.Single(follows.EnumerateObject().ToList());
                var text = $"from {follow.GetProperty("from")} read {follow.GetProperty("read")} gone {follow.GetProperty("gone")}";
                if (isWanted(text))
                {
                    return text;
                }
            }
        }
    }

    private static string Describe(string message)
    {
        var isSocketIo = message.StartsWith("42[", StringComparison.Ordinal);
        using var document = JsonDocument.Parse(isSocketIo ? message[2..] : message);
        var json = isSocketIo ? document.RootElement[1] : document.RootElement;
        var name = isSocketIo ? document.RootElement[0].GetString() : json.GetProperty("type").GetString();
        return $"{name} {json.GetProperty("offset")}.{json.GetProperty("rev")} floor {json.GetProperty("floor")} "
            + $"backlog {json.GetProperty("backlog")} gone {json.GetProperty("gone")}";
    }

    private async Task MarkAsync(string body)
    {
        var answer = await RawHttp.SendAsync(
            _server,
            new RawRequest("POST", "/api/inbox/mark", [$"Authorization: Bearer {NotifyServer.Secret}", "Content-Type: application/json"])
            {
                Body = Encoding.UTF8.GetBytes(body),
            });
        Assert.True(answer.Status == 200, answer.Body);
    }
}
