using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests marks over JSON WebSockets and Socket.IO.</summary>
public sealed class SocketMarkTests : IAsyncLifetime
{
    private readonly NotifyServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => ((IAsyncLifetime)_server).DisposeAsync();

    [Fact]
    public async Task A_JSON_WebSocket_marks_and_is_answered_with_the_numbers()
    {
        await _server.SendAsync("user:7", "1");
        await _server.SendAsync("user:7", "2");
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        var answer = Parse(await client.AskAsync("""{"type":"mark","channel":"user:7","as":"read","all":true,"id":"a"}"""));
        var epoch = answer.GetProperty("epoch").GetString()!;
        Assert.Equal(
            $$"""{"type":"marked","channel":"user:7","epoch":"{{epoch}}","offset":2,"rev":1,"""
            + "\"unread\":0,\"unseen\":0,\"total\":2,\"archived\":0,\"changed\":2,\"id\":\"a\"}",
            answer.GetRawText());

        var many = $$"""
            {"type":"mark","channel":"user:7","marks":[
              {"as":"unread","upTo":1,"epoch":"{{epoch}}"},
              {"as":"deleted","offsets":[2],"epoch":"{{epoch}}"}]}
            """;
        Assert.Equal("marked 2.2 1/0/1 changed 2", Describe(Parse(await client.AskAsync(many))));
        Assert.Equal("marked 2.2 1/0/1 changed 0", Describe(Parse(await client.AskAsync(many))));
    }

    [Theory]
    [InlineData("""{"type":"mark","channel":"user:7","as":"done","all":true,"id":1}""", "bad_mark", "as is not one of seen, read,")]
    [InlineData("""{"type":"mark","channel":"user:7","as":"read","id":1}""", "bad_mark", "exactly one of upTo, offsets")]
    [InlineData("""{"type":"mark","channel":"news","as":"read","all":true,"id":1}""", "not_inbox", "NOTIFY_INBOX does not match it")]
    [InlineData("""{"type":"mark","channel":"user:7","as":"read","upTo":1,"epoch":"old","id":1}""", "stale_epoch", "Read the inbox again")]
    public async Task A_mark_that_cannot_be_made_is_an_error_and_the_connection_goes_on(string mark, string code, string message)
    {
        await _server.SendAsync("user:7", "1");
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        var error = Parse(await client.AskAsync(mark));
        Assert.Equal(("error", code, 1), (Text(error, "type"), Text(error, "code"), error.GetProperty("id").GetInt32()));
        Assert.Contains(message, Text(error, "message"), StringComparison.Ordinal);
        Assert.Equal(code == "stale_epoch", error.TryGetProperty("rev", out _));
        Assert.Equal("""{"type":"pong"}""", await client.AskAsync("""{"type":"ping"}"""));
    }

    [Fact]
    public async Task Ten_marks_that_cannot_be_read_end_the_connection_like_other_bad_messages()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        for (var i = 0; i < 10; i++)
        {
            Assert.Contains("bad_mark", await client.AskAsync("""{"type":"mark","channel":"user:7"}"""), StringComparison.Ordinal);
        }

        Assert.Equal("closed 4503", await client.ReceiveAsync());
    }

    [Fact]
    public async Task Marks_of_a_connection_are_made_in_their_order()
    {
        await _server.SendAsync("user:8", "1");
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("user:8");
        await _server.SendAsync("user:8", "2");
        var id = Text(Parse(await client.ReceiveAsync()), "id");

        // A mark by id takes longer, because the inbox looks for the notification.
        const int Count = 200;
        for (var i = 0; i < Count; i++)
        {
            var (kind, items) = i % 2 == 0 ? ("read", $"\"ids\":[\"{id}\"]") : ("unread", "\"all\":true");
            await client.SendAsync($$"""{"type":"mark","channel":"user:8","as":"{{kind}}",{{items}},"id":{{i}} }""");
        }

        for (var i = 0; i < Count; i++)
        {
            var answer = Parse(await client.ReceiveAsync());
            Assert.Equal(i, answer.GetProperty("id").GetInt32());
            Assert.Equal($"marked 2.{i + 1} {(i % 2 == 0 ? 1 : 2)}/1/2 changed 1", Describe(answer));
        }
    }

    [Fact]
    public async Task Past_the_rate_a_client_that_marks_is_read_from_later()
    {
        // Time does not pass, or the twelfth mark would be read after a second, and wait again.
        await using var server = new NotifyServer(
            NotifyServer.Default with { Connection = new ConnectionOptions { MarkRate = 1, Drain = TimeSpan.Zero } },
            time: new FakeTimeProvider());
        await server.InitializeAsync();
        using var counts = new Counts(server.Metrics);
        using var client = await JsonWebSocketClient.OpenAsync(server);
        using var polling = await PollingClient.ConnectAsync(server);
        using var socket = await polling.OpenSocketAsync(server);
        await socket.SendAsync("5");
        for (var i = 0; i < 12; i++)
        {
            await client.SendAsync("""{"type":"mark","channel":"user:7","as":"read","all":true}""");
        }

        await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{marks}"] == 1);
        for (var i = 0; i < 12; i++)
        {
            await socket.SendAsync("""42["mark","user:7",{"as":"read","all":true}]""");
        }

        await TestTimeouts.UntilAsync(() => counts["notify.limit.waits{marks}"] == 2);
    }

    [Fact]
    public async Task A_Socket_IO_client_marks_by_the_event_mark()
    {
        await _server.SendAsync("user:9", "1");
        using var client = await PollingClient.ConnectAsync(_server);
        using var socket = await client.OpenSocketAsync(_server);
        await socket.SendAsync("5");
        Assert.Equal("marked 1.1 0/0/1 changed 1", Describe(await AskAsync(socket, """["mark","user:9",{"as":"read","all":true}]""")));

        Assert.Equal("bad_mark", Text(await AskAsync(socket, """["mark","user:9",{"as":"read"}]"""), "error"));
        Assert.Equal("bad_mark", Text(await AskAsync(socket, """["mark","user:9"]"""), "error"));
        Assert.Equal("bad_mark", Text(await AskAsync(socket, """["mark"]"""), "error"));
        Assert.Equal("not_inbox", Text(await AskAsync(socket, """["mark","news",{"as":"read","all":true}]"""), "error"));
        var stale = await AskAsync(socket, """["mark","user:9",{"as":"read","upTo":1,"epoch":"old"}]""");
        Assert.Equal(("stale_epoch", 1), (Text(stale, "error"), stale.GetProperty("rev").GetInt32()));
        var ids = string.Join(',', Enumerable.Repeat($"\"{new string('i', 200)}\"", 90));
        Assert.Equal("limit", Text(await AskAsync(socket, $$"""["mark","user:9",{"as":"read","ids":[{{ids}}]}]"""), "error"));

        await socket.SendAsync("""42["mark","news",{"as":"read","all":true}]""");
        const string Refused = "42[\"REFUSED\",{\"error\":\"not_inbox\",\"channel\":\"news\"";
        Assert.StartsWith(Refused, await socket.ReceiveAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marks_are_counted_by_their_result_and_watched_inboxes_while_they_are()
    {
        using var counts = new Counts(_server.Metrics);
        await _server.SendAsync("user:10", "1");
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        foreach (var mark in new[]
        {
            """{"type":"mark","channel":"user:10","as":"read","all":true}""",
            """{"type":"mark","channel":"user:10","as":"read","all":true}""",
            """{"type":"mark","channel":"user:10","as":"read"}""",
            """{"type":"mark","channel":"user:10","as":"read","upTo":1,"epoch":"old"}""",
            """{"type":"mark","channel":"news","as":"read","all":true}""",
        })
        {
            await client.AskAsync(mark);
        }

        foreach (var result in new[] { "marked", "unchanged", "bad_mark", "stale_epoch", "not_inbox" })
        {
            Assert.Equal(1, counts[$"notify.inbox.marks{{{result}}}"]);
        }

        Assert.DoesNotContain(_server.Node.Channels.Entries, entry => entry.IsWatched);
        await client.AskAsync("""{"type":"join","channel":"user:10","inbox":true}""");
        await TestTimeouts.UntilAsync(() => _server.Node.Channels.Entries.Any(entry => entry.IsWatched));
        await client.AskAsync("""{"type":"leave","channel":"user:10"}""");
        await TestTimeouts.UntilAsync(() => !_server.Node.Channels.Entries.Any(entry => entry.IsWatched));
    }

    [Fact]
    public async Task A_Socket_IO_client_with_a_wrong_key_marks_nothing()
    {
        var (socket, _) = await RawSocket.ConnectAsync(_server, "&notificationKey=wrong");
        using var own = socket;
        Assert.Equal("forbidden", Text(await AskAsync(socket, """["mark","user:9",{"as":"read","all":true}]"""), "error"));
    }

    [Fact]
    public async Task With_tokens_a_client_marks_the_own_inbox_and_no_other()
    {
        await using var server = new NotifyServer(
            NotifyServer.Default with { Token = new TokenOptions { Secret = SignedToken.Secret } });
        await server.InitializeAsync();
        await server.SendAsync("user:7", "1");
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var token = SignedToken.Of($$"""{"sub":"7","iat":{{now}},"exp":{{now + 900}} }""");
        const string Mark = """{"type":"mark","channel":"user:7","as":"read","all":true}""";
        using var client = await JsonWebSocketClient.OpenAsync(server);
        Assert.Contains("\"code\":\"forbidden\"", await client.AskAsync(Mark), StringComparison.Ordinal);
        await client.AskAsync($$"""{"type":"auth","token":"{{token}}"}""");
        Assert.Equal("marked 1.1 0/0/1 changed 1", Describe(Parse(await client.AskAsync(Mark))));
        var other = await client.AskAsync(Mark.Replace("user:7", "user:8", StringComparison.Ordinal));
        Assert.Contains("\"code\":\"forbidden\"", other, StringComparison.Ordinal);

        var (socket, _) = await RawSocket.ConnectAsync(server);
        using var own = socket;
        const string Event = """["mark","user:7",{"as":"unread","all":true}]""";
        Assert.Equal("forbidden", Text(await AskAsync(socket, Event), "error"));
        await AskAsync(socket, $"""["auth","{token}"]""");
        Assert.Equal("marked 1.2 1/0/1 changed 1", Describe(await AskAsync(socket, Event)));
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static string Describe(JsonElement marked) =>
        $"marked {marked.GetProperty("offset")}.{marked.GetProperty("rev")} "
        + $"{marked.GetProperty("unread")}/{marked.GetProperty("unseen")}/{marked.GetProperty("total")} "
        + $"changed {marked.GetProperty("changed")}";

    private static async Task<JsonElement> AskAsync(RawSocket socket, string arguments)
    {
        await socket.SendAsync("421" + arguments);
        var answer = await socket.ReceiveAsync();
        Assert.StartsWith("431[", answer, StringComparison.Ordinal);
        return Parse(answer[3..])[0];
    }
}
