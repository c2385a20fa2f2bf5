using System.Text;
using System.Text.Json;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests announcements in the inboxes of users over HTTP.</summary>
public sealed class AnnouncementTests : IAsyncLifetime
{
    private const string All = "announce:all";
    private const string Pro = "announce:pro";

    private readonly NotifyServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => ((IAsyncLifetime)_server).DisposeAsync();

    [Fact]
    public async Task The_numbers_are_those_of_the_own_channel_and_of_the_announcements()
    {
        await _server.SendAsync("user:sum", "1");
        await _server.SendAsync(All, "\"all\"");
        await _server.SendAsync(Pro, "\"pro\"");
        Assert.Equal("1/1/1", Badge(await GetAsync("count?user=sum")));
        Assert.Equal("2/2/2", Badge(await GetAsync($"count?user=sum&follow={All}")));
        var count = await GetAsync($"count?user=sum&follow={All}&follow={Pro}&follow=announce:nothing");
        Assert.Equal("3/3/3", Badge(count));
        Assert.Equal(["user:sum 1/1", $"{All} 1/1", $"{Pro} 1/1"], Channels(count));

        var marked = await MarkAsync($$"""{"user":"sum","of":"{{All}}","as":"read","all":true}""");
        Assert.Equal(("user:sum", 1, 1L), (marked.GetProperty("channel").GetString(), 1, marked.GetProperty("changed").GetInt64()));
        Assert.Equal("2/2/3", Badge(await GetAsync($"count?user=sum&follow={All}&follow={Pro}")));

        // Nobody else has read it, and who is not asked for names is one who follows already.
        Assert.Equal("2/2/2", Badge(await GetAsync($"count?user=other&follow={All}&follow={Pro}")));
        Assert.Equal(["user:sum 1/1", $"{All} 0/0"], Channels(await GetAsync("count?user=sum")));
        Assert.Equal("0/0/0", Badge(await GetAsync("count?user=other")));
    }

    [Fact]
    public async Task A_user_without_an_inbox_has_the_announcements_and_nothing_is_created_by_reading()
    {
        await _server.SendAsync(All, "1");
        var count = await GetAsync($"count?user=nobody&follow={All}");
        Assert.Equal("1/1/1", Badge(count));
        Assert.Equal(0, count.GetProperty("channels")[0].GetProperty("rev").GetInt64());
    }

    [Fact]
    public async Task Announcements_are_marked_by_offset_within_their_epoch_and_by_id()
    {
        await _server.SendAsync(Pro, "1");
        var (_, ids) = await ApiClient.SendAsync(_server, $$"""{"channel":"{{Pro}}","notification":1}""");
        var list = await GetAsync($"?user=marks&follow={Pro}");
        var item = list.GetProperty("items")[0];
        Assert.Equal((Pro, ids[0]), (item.GetProperty("channel").GetString(), item.GetProperty("id").GetString()));
        var (epoch, offset) = (item.GetProperty("epoch").GetString(), item.GetProperty("offset").GetInt64());

        await MarkAsync($$"""{"user":"marks","of":"{{Pro}}","as":"seen","upTo":{{offset - 1}},"epoch":"{{epoch}}"}""");
        await MarkAsync($$"""{"user":"marks","of":"{{Pro}}","as":"archived","ids":["{{ids[0]}}","unknown"]}""");
        list = await GetAsync($"?user=marks&follow={Pro}&filter=archived");
        Assert.Equal(offset, Assert.Single(list.GetProperty("items").EnumerateArray().ToList()).GetProperty("offset").GetInt64());
        Assert.Equal(0, list.GetProperty("unseen").GetInt64());
        Assert.Equal(1, list.GetProperty("archived").GetInt64());
        await MarkAsync(
            $$"""{"user":"marks","marks":[{"of":"{{Pro}}","as":"deleted","all":true},{"as":"read","all":true}]}""");
        Assert.Equal("0/0/0", Badge(await GetAsync($"count?user=marks&follow={Pro}")));

        var stale = await PostAsync($$"""{"user":"marks","of":"{{Pro}}","as":"read","upTo":1,"epoch":"former"}""");
        Assert.Contains($"the one of {Pro}, {epoch}", ApiClient.Problem(stale, 409), StringComparison.Ordinal);
        var other = await PostAsync("""{"user":"marks","of":"news","as":"read","all":true}""");
        Assert.Contains("\"news\" is not an announcement channel", ApiClient.Problem(other, 403), StringComparison.Ordinal);
        var text = await PostAsync("""{"user":"marks","of":7,"as":"read","all":true}""");
        Assert.Contains("of is not a string.", ApiClient.Problem(text, 400), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Announcements_are_replaced_and_recalled_for_everybody_and_listed_and_marked_by_category()
    {
        const string Name = "announce:fields";
        string Send(string more) => $$"""{"channel":"{{Name}}","notification":1,{{more}}}""";
        await ApiClient.SendAsync(_server, Send("\"collapseKey\":\"a\""));
        await ApiClient.SendAsync(_server, Send("\"category\":\"release\",\"tags\":[\"t\"]"));
        await ApiClient.SendAsync(_server, Send("\"collapseKey\":\"a\""));
        await ApiClient.SendAsync(_server, Send("\"category\":\"other\""));
        await ApiClient.SendAsync(_server, """{"channel":"user:fields","notification":1,"category":"release"}""");
        Assert.Equal("4/4/4", Badge(await GetAsync($"count?user=fields&follow={Name}")));
        Assert.Equal(["user:fields 1", $"{Name} 4", $"{Name} 3", $"{Name} 2"], Items(await GetAsync($"?user=fields&follow={Name}")));
        Assert.Equal(["user:fields 1", $"{Name} 2"], Items(await GetAsync($"?user=fields&follow={Name}&category=release")));
        Assert.Equal([$"{Name} 2"], Items(await GetAsync($"?user=fields&follow={Name}&tag=t&tag=u")));

        await MarkAsync($$"""{"user":"fields","of":"{{Name}}","as":"read","all":true,"category":"release"}""");
        Assert.Equal(["user:fields 1", $"{Name} 4", $"{Name} 3"], Items(await GetAsync($"?user=fields&follow={Name}&filter=unread")));
        await MarkAsync($$"""{"user":"fields","of":"{{Name}}","as":"read","collapseKey":"a"}""");
        Assert.Equal("2/2/4", Badge(await GetAsync($"count?user=fields&follow={Name}")));

        var recall = await RawHttp.SendAsync(
            _server,
            new RawRequest("POST", "/api/inbox/recall", [Secret, "Content-Type: application/json"])
            {
                Body = Encoding.UTF8.GetBytes($$"""{"channel":"{{Name}}","collapseKey":"a"}"""),
            });
        Assert.Equal(200, recall.Status);
        Assert.Equal("2/2/3", Badge(await GetAsync($"count?user=fields&follow={Name}")));
        Assert.Equal([$"{Name} 4", $"{Name} 2"], Items(await GetAsync($"?user=someone&follow={Name}")));
    }

    [Fact]
    public async Task A_count_that_is_known_is_sent_again_only_after_an_announcement_or_a_mark()
    {
        await _server.SendAsync(All, "1");
        var path = $"/api/inbox/count?user=etag&follow={All}";
        var tag = (await RawHttp.GetAsync(_server, path, Secret)).Headers["ETag"];
        Assert.Equal(304, (await RawHttp.GetAsync(_server, path, Secret, $"If-None-Match: {tag}")).Status);
        await _server.SendAsync(All, "2");
        var second = await RawHttp.GetAsync(_server, path, Secret, $"If-None-Match: {tag}");
        Assert.Equal(200, second.Status);
        await MarkAsync($$"""{"user":"etag","of":"{{All}}","as":"read","all":true}""");
        Assert.Equal(200, (await RawHttp.GetAsync(_server, path, Secret, $"If-None-Match: {second.Headers["ETag"]}")).Status);
    }

    [Fact]
    public async Task Pages_of_three_merged_lists_have_each_item_once_while_notifications_arrive()
    {
        string[] channels = ["user:pages", All, Pro];
        foreach (var seed in Enumerable.Range(1, 5))
        {
            var random = new Random(seed);
            var before = (await ListAllAsync("", _ => Task.CompletedTask)).Count;
            for (var i = 0; i < 25; i++)
            {
                await _server.SendAsync(channels[random.Next(3)], $"{seed}");
            }

            var number = 0;
            var items = await ListAllAsync("", async _ => await _server.SendAsync(channels[random.Next(3)], $"\"late {++number}\""));
            Assert.True(items.Count == before + 25, $"seed {seed}: {items.Count} items, not {before + 25}");
            Assert.Equal(items.Count, items.Select(item => (item.Channel, item.Offset)).Distinct().Count());
            Assert.All(channels, channel =>
            {
                var own = items.Where(item => item.Channel == channel).Select(item => item.Offset).ToList();
                Assert.Equal(own.OrderDescending(), own);
            });
        }
    }

    [Theory]
    [InlineData("count?user=u&follow=news", "\"news\" is not an announcement channel: NOTIFY_ANNOUNCE does not match it.")]
    [InlineData("?user=u&limit=5&limit=6", "limit is given 2 times.")]
    public async Task A_bad_query_is_explained(string query, string detail)
    {
        var answer = await RawHttp.GetAsync(_server, Path(query), Secret);
        Assert.Equal(detail, ApiClient.Problem(answer, 400));
    }

    [Fact]
    public async Task Announcements_and_what_users_have_of_them_survive_a_restart()
    {
        using var folder = new TemporaryFolder();
        var options = NotifyServer.Default with { Store = new() { Location = $"sqlite:{folder.Path}/notify.db" } };
        string? tag;
        await using (var first = new NotifyServer(options))
        {
            await first.InitializeAsync();
            await first.SendAsync(All, "1");
            await first.SendAsync(All, "2");
            var answer = await PostAsync($$"""{"user":"7","of":"{{All}}","as":"deleted","offsets":[1],"epoch":"e"}""", first);
            var epoch = (await ApiClient.GetAsync(first, $"/api/inbox/count?user=7&follow={All}"))
                .GetProperty("channels")[1].GetProperty("epoch").GetString();
            Assert.Equal(409, answer.Status);
            answer = await PostAsync($$"""{"user":"7","of":"{{All}}","as":"deleted","offsets":[1],"epoch":"{{epoch}}"}""", first);
            Assert.True(answer.Status == 200, answer.Body);
            tag = (await RawHttp.GetAsync(first, $"/api/inbox/count?user=7&follow={All}", Secret)).Headers["ETag"];
            await first.StopAsync();
        }

        await using var second = new NotifyServer(options);
        await second.InitializeAsync();
        var again = await RawHttp.GetAsync(second, $"/api/inbox/count?user=7&follow={All}", Secret);
        Assert.Equal(tag, again.Headers["ETag"]);
        using var count = JsonDocument.Parse(again.Bytes);
        Assert.Equal("1/1/1", Badge(count.RootElement));
        Assert.Equal("2/2/2", Badge(await ApiClient.GetAsync(second, $"/api/inbox/count?user=8&follow={All}")));
    }

    [Fact]
    public async Task What_users_have_of_announcements_survives_new_epochs()
    {
        using var folder = new TemporaryFolder();
        var store = $"sqlite:{folder.Path}/notify.db";
        var options = NotifyServer.Default with { Store = new() { Location = store } };
        var query = $"/api/inbox/count?user=7&follow={All}";
        string former;
        await using (var first = new NotifyServer(options))
        {
            await first.InitializeAsync();
            await first.SendAsync(All, "1");
            await first.SendAsync(All, "2");
            await first.SendAsync("user:7", "1");
            Assert.Equal(200, (await PostAsync($$"""{"user":"7","of":"{{All}}","as":"read","all":true}""", first)).Status);
            var before = await ApiClient.GetAsync(first, query);
            Assert.Equal("1/1/3", Badge(before));
            former = before.GetProperty("channels")[1].GetProperty("epoch").GetString()!;
            await first.StopAsync();
        }

        var end = await ServerProgram.RunAsync(["new-epochs"], [("NOTIFY_STORE", store)]);
        Assert.True(end.Code == 0, end.Output);
        await using var second = new NotifyServer(options);
        await second.InitializeAsync();
        var after = await ApiClient.GetAsync(second, query);
        Assert.Equal("1/1/3", Badge(after));
        Assert.NotEqual(former, after.GetProperty("channels")[1].GetProperty("epoch").GetString());

        // The marks go on in the new epoch.
        await second.SendAsync(All, "3");
        Assert.Equal("2/2/4", Badge(await ApiClient.GetAsync(second, query)));
        Assert.Equal(200, (await PostAsync($$"""{"user":"7","of":"{{All}}","as":"read","all":true}""", second)).Status);
        Assert.Equal("1/1/4", Badge(await ApiClient.GetAsync(second, query)));
    }

    private static string Secret => $"Authorization: Bearer {NotifyServer.Secret}";

    private static string Path(string query) => "/api/inbox" + (query.StartsWith('?') ? query : "/" + query);

    private static string Badge(JsonElement count) =>
        $"{count.GetProperty("unread")}/{count.GetProperty("unseen")}/{count.GetProperty("total")}";

    private static List<string> Items(JsonElement list) =>
    [
        .. list.GetProperty("items").EnumerateArray().Select(
            item => $"{item.GetProperty("channel").GetString()} {item.GetProperty("offset")}"),
    ];

    private static List<string> Channels(JsonElement count) =>
    [
        .. count.GetProperty("channels").EnumerateArray().Select(
            channel => $"{channel.GetProperty("channel").GetString()} {channel.GetProperty("unread")}/{channel.GetProperty("unseen")}"),
    ];

    private Task<JsonElement> GetAsync(string query) => ApiClient.GetAsync(_server, Path(query));

    private async Task<JsonElement> MarkAsync(string body)
    {
        var answer = await PostAsync(body);
        Assert.True(answer.Status == 200, answer.Body);
        return JsonDocument.Parse(answer.Bytes).RootElement;
    }

    private Task<RawResponse> PostAsync(string body, NotifyServer? server = null) => RawHttp.SendAsync(
        server ?? _server,
        new RawRequest("POST", "/api/inbox/mark", [Secret, "Content-Type: application/json"]) { Body = Encoding.UTF8.GetBytes(body) });

    private async Task<List<(string Channel, long Offset)>> ListAllAsync(string filter, Func<int, Task> between)
    {
        var items = new List<(string, long)>();
        var query = $"?user=pages&follow={All}&follow={Pro}&limit=7{filter}";
        for (string? next = null; ;)
        {
            var page = await GetAsync(query + (next is null ? "" : $"&before={next}"));
            items.AddRange(page.GetProperty("items").EnumerateArray().Select(
                item => (item.GetProperty("channel").GetString()!, item.GetProperty("offset").GetInt64())));
            next = page.GetProperty("next").GetString();
            if (next is null)
            {
                return items;
            }

            await between(items.Count);
        }
    }
}
