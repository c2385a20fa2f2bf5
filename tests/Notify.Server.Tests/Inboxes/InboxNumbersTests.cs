using System.Text;
using System.Text.Json;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests numbers and single items of inboxes that have announcements, over HTTP and sockets.</summary>
public sealed class InboxNumbersTests : IAsyncLifetime
{
    private const string All = "announce:all";

    private readonly NotifyServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => ((IAsyncLifetime)_server).DisposeAsync();

    [Fact]
    public async Task The_numbers_of_many_users_include_announcements()
    {
        await _server.SendAsync("user:1", "1");
        await _server.SendAsync(All, "1");
        await _server.SendAsync(All, "2");
        Assert.Equal(["1 1/1", "2 0/0"], await CountAllAsync("""{"users":["1","2"]}"""));
        Assert.Equal(["1 3/3", "2 2/2"], await CountAllAsync($$"""{"users":["1","2"],"follow":["{{All}}"]}"""));

        // Only the first user follows the channel by now.
        await PostAsync("mark", $$"""{"user":"1","of":"{{All}}","as":"deleted","offsets":[1],"epoch":"{{await EpochAsync()}}"}""");
        Assert.Equal(["1 2/2", "2 0/0"], await CountAllAsync("""{"users":["1","2"]}"""));
        Assert.Equal(["1 1/1", "2 0/0"], await CountAllAsync("""{"users":["1","2"],"follow":[]}"""));

        var other = await PostAsync("counts", """{"users":["1"],"follow":["news"]}""");
        Assert.StartsWith("\"news\" is not an announcement channel", ApiClient.Problem(other, 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_answer_to_a_mark_has_the_number_on_the_bell()
    {
        await _server.SendAsync("user:1", "1");
        await _server.SendAsync("user:1", "2");
        await _server.SendAsync(All, "1");
        var first = await MarkAsync($$"""{"user":"1","of":"{{All}}","as":"seen","all":true}""");
        Assert.Equal(("2/2/2", "3/2/3"), (Numbers(first), Numbers(first.GetProperty("badge"))));
        var second = await MarkAsync("""{"user":"1","as":"read","offsets":[1],"epoch":"%"}""");
        Assert.Equal(("1/1/2", "2/1/3"), (Numbers(second), Numbers(second.GetProperty("badge"))));
    }

    [Fact]
    public async Task An_announcement_is_one_item_until_the_user_deletes_it()
    {
        await _server.SendAsync(All, """{"title":"New","url":"/new"}""");
        await _server.SendAsync("user:1", "1");
        var epoch = await EpochAsync();
        var query = $"item?user=1&channel={All}&epoch={epoch}&offset=1";
        var item = await GetAsync(query);
        Assert.Equal(
            (All, false, "New"),
            (
                item.GetProperty("channel").GetString(),
                item.GetProperty("read").GetBoolean(),
                item.GetProperty("data").GetProperty("title").GetString()));
        await MarkAsync($$"""{"user":"1","of":"{{All}}","as":"archived","all":true}""");
        Assert.True((await GetAsync(query)).GetProperty("archived").GetBoolean());

        foreach (var (part, other) in new[] { ("offset=1", "offset=2"), (epoch, "former") })
        {
            var path = Path(query.Replace(part, other, StringComparison.Ordinal));
            Assert.Equal(404, (await RawHttp.GetAsync(_server, path, Secret)).Status);
        }

        var plain = await RawHttp.GetAsync(_server, Path("item?user=1&channel=news&epoch=e&offset=1"), Secret);
        Assert.StartsWith("\"news\" is not an announcement channel", ApiClient.Problem(plain, 400), StringComparison.Ordinal);

        // In the open mode, the user of the page is named, and so are the announcements.
        var link = $"/inbox/go?key={NotifyServer.Key}&user=1&follow={All}&channel={All}&epoch={epoch}&offset=1";
        var followed = await RawHttp.GetAsync(_server, link, "Sec-Fetch-Mode: navigate");
        Assert.Equal((303, "/new"), (followed.Status, followed.Headers["Location"]));
        Assert.Equal(403, (await RawHttp.GetAsync(_server, link.Replace($"&follow={All}", "", StringComparison.Ordinal))).Status);

        await MarkAsync($$"""{"user":"1","of":"{{All}}","as":"deleted","all":true}""");
        Assert.Equal(404, (await RawHttp.GetAsync(_server, Path(query), Secret)).Status);
    }

    [Fact]
    public async Task Unread_items_are_counted_by_category()
    {
        foreach (var (channel, category) in new[] { ("user:1", "comments"), ("user:1", "likes"), ("user:1", "comments"), (All, "likes") })
        {
            await ApiClient.SendAsync(_server, $$"""{"channel":"{{channel}}","notification":1,"category":"{{category}}"}""");
        }

        // More than one page, and without a category.
        for (var i = 0; i < 120; i++)
        {
            await _server.SendAsync("user:1", "1");
        }

        var query = $"count?user=1&by=category&follow={All}";
        Assert.Equal("""{"comments":2,"likes":2}""", (await GetAsync(query)).GetProperty("categories").GetRawText());
        await MarkAsync("""{"user":"1","as":"read","all":true,"category":"comments"}""");
        Assert.Equal("""{"likes":2}""", (await GetAsync(query)).GetProperty("categories").GetRawText());
        Assert.False((await GetAsync("count?user=1")).TryGetProperty("categories", out _));
        var page = await RawHttp.GetAsync(_server, $"/inbox/count?key={NotifyServer.Key}&user=1&by=category");
        Assert.Contains("\"categories\":{\"likes\":1}", page.Body, StringComparison.Ordinal);
        Assert.Equal("by is not category.", ApiClient.Problem(await RawHttp.GetAsync(_server, Path("count?user=1&by=tag"), Secret), 400));
    }

    [Fact]
    public async Task A_socket_marks_announcements_for_its_user_alone()
    {
        await _server.SendAsync(All, "1");
        await _server.SendAsync("user:1", "1");
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        var marks = $$"""[{"of":"{{All}}","as":"read","all":true},{"as":"seen","all":true}]""";
        var marked = await client.AskAsync($$"""{"type":"mark","channel":"user:1","marks":{{marks}},"id":1}""");
        Assert.Contains("\"type\":\"marked\",\"channel\":\"user:1\"", marked, StringComparison.Ordinal);
        Assert.Contains("\"changed\":2,\"id\":1", marked, StringComparison.Ordinal);
        Assert.Equal("1/0/2", Numbers(await GetAsync($"count?user=1&follow={All}")));
        Assert.Equal("1/1/1", Numbers(await GetAsync($"count?user=2&follow={All}")));

        const string Other = """{"type":"mark","channel":"user:1","of":"news","as":"read","all":true,"id":2}""";
        Assert.Contains("\"code\":\"forbidden\"", await client.AskAsync(Other), StringComparison.Ordinal);
        var stale = $$"""{"type":"mark","channel":"user:1","of":"{{All}}","as":"read","upTo":1,"epoch":"former","id":3}""";
        Assert.Contains("\"code\":\"stale_epoch\"", await client.AskAsync(stale), StringComparison.Ordinal);
    }

    private static string Secret => $"Authorization: Bearer {NotifyServer.Secret}";

    private static string Path(string query) => "/api/inbox/" + query;

    private static string Numbers(JsonElement json) =>
        $"{json.GetProperty("unread")}/{json.GetProperty("unseen")}/{json.GetProperty("total")}";

    private Task<JsonElement> GetAsync(string query) => ApiClient.GetAsync(_server, Path(query));

    private async Task<string> EpochAsync() =>
        (await GetAsync($"count?user=nobody&follow={All}")).GetProperty("channels")[1].GetProperty("epoch").GetString()!;

    private async Task<List<string>> CountAllAsync(string body)
    {
        var answer = await PostAsync("counts", body);
        Assert.True(answer.Status == 200, answer.Body);
        using var json = JsonDocument.Parse(answer.Bytes);
        return
        [
            .. json.RootElement.GetProperty("counts").EnumerateArray().Select(
                each => $"{each.GetProperty("user").GetString()} {each.GetProperty("unread")}/{each.GetProperty("total")}"),
        ];
    }

    // With the epoch of the user's channel for a percent sign.
    private async Task<JsonElement> MarkAsync(string body)
    {
        var epoch = (await GetAsync("count?user=1")).GetProperty("channels")[0].GetProperty("epoch").GetString();
        var answer = await PostAsync("mark", body.Replace("%", epoch, StringComparison.Ordinal));
        Assert.True(answer.Status == 200, answer.Body);
        return JsonDocument.Parse(answer.Bytes).RootElement;
    }

    private Task<RawResponse> PostAsync(string path, string body) => RawHttp.SendAsync(
        _server,
        new RawRequest("POST", Path(path), [Secret, "Content-Type: application/json"]) { Body = Encoding.UTF8.GetBytes(body) });
}
