using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Api;

/// <summary>Tests the fields beside a notification, and how a backend recalls and erases what it published.</summary>
[Collection(SharedServer.Name)]
public sealed class InboxFieldTests(NotifyServer server)
{
    [Fact]
    public async Task Fields_are_stored_beside_the_notification_and_are_told_with_it()
    {
        var year = DateTime.UtcNow.Year + 1;
        var sent = await ApiClient.SendAsync(
            server,
            $$"""
            {"channel":"user:fields","notification":{"n": 1},"priority":"high","category":"comments","tags":["a","b"],"group":"post 9",
             "exclude":"abc","collapseKey":"é","silent":false,"expiresAt":"{{year}}-01-31T12:00:00+02:00"}
            """);
        var meta = $$"""
            {"category":"comments","collapseKey":"é","exclude":"abc","expiresAt":"{{year}}-01-31T10:00:00Z",
            "group":"post 9","priority":"high","tags":["a","b"]}
            """;
        var expected = string.Concat(meta.Split('\n', StringSplitOptions.TrimEntries));
        var item = (await ApiClient.GetAsync(server, "/api/inbox?user=fields")).GetProperty("items")[0];
        Assert.Equal(("""{"n": 1}""", expected), (item.GetProperty("data").GetRawText(), item.GetProperty("meta").GetRawText()));
        var history = (await ApiClient.GetAsync(server, "/api/history?channel=user:fields")).GetProperty("notifications")[0];
        Assert.Equal((sent.Ids[0], expected), (history.GetProperty("id").GetString(), history.GetProperty("meta").GetRawText()));
        Assert.False(history.TryGetProperty("gone", out _));
    }

    [Fact]
    public async Task A_notification_without_fields_is_told_as_before()
    {
        await ApiClient.SendAsync(server, """{"channel":"user:plain","notification":1,"silent":false,"tags":[]}""");
        var history = (await ApiClient.GetAsync(server, "/api/history?channel=user:plain")).GetProperty("notifications")[0];
        Assert.Equal(
            ["type", "channel", "epoch", "offset", "id", "at", "data"], history.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("\"category\":\"Comments\"", "category is not 1 to 40 characters of a-z, 0-9, _, . and -.")]
    [InlineData("\"category\":\"c\\n\"", "category is not 1 to 40")]
    [InlineData("\"category\":7", "category is not 1 to 40")]
    [InlineData("\"tags\":\"a\"", "tags is not an array of at most 8 strings")]
    [InlineData("\"tags\":[\"a b\"]", "tags is not an array of at most 8 strings")]
    [InlineData("\"tags\":[[\"a\"]]", "tags is not an array of at most 8 strings")]
    [InlineData("\"tags\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]", "tags is not an array of at most 8 strings")]
    [InlineData("\"priority\":\"soon\"", "priority is not low, normal, high or urgent.")]
    [InlineData("\"collapseKey\":\"\"", "collapseKey is not a string of 1 to 64 bytes.")]
    [InlineData("\"collapseKey\":\"\\ud800\"", "collapseKey is not a string of 1 to 64 bytes.")]
    [InlineData("\"silent\":1", "silent is neither true nor false.")]
    [InlineData("\"expiresAt\":\"tomorrow\"", "expiresAt is not a time like")]
    [InlineData("\"expiresIn\":\"3\"", "expiresIn is not a duration like 30m")]
    [InlineData("\"expiresIn\":\"40000d\"", "expiresIn is not a duration like 30m")]
    [InlineData("\"expiresIn\":\"3m\",\"expiresAt\":\"2126-01-31T12:00:00Z\"", "expiresAt and expiresIn are given")]
    [InlineData("\"id\":\"7\"", "id is not a UUID like")]
    [InlineData("\"colapseKey\":\"a\"", "colapseKey is not known; the nearest field is collapseKey.")]
    public async Task A_field_that_cannot_be_read_is_refused_with_the_reason(string field, string reason)
    {
        var answer = await ApiClient.PostAsync(server, $$"""{"channel":"user:bad","notification":1,{{field}}}""");
        Assert.Contains(reason, ApiClient.Problem(answer, 400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"collapseKey\":\"a\"")]
    [InlineData("\"expiresIn\":\"3m\"")]
    [InlineData("\"silent\":true")]
    public async Task A_field_that_changes_an_inbox_is_refused_for_other_channels(string field)
    {
        var answer = await ApiClient.PostAsync(server, $$"""{"channels":["user:1","news"],"notification":1,{{field}}}""");
        Assert.Contains("needs an inbox, and news is none", ApiClient.Problem(answer, 400), StringComparison.Ordinal);
        Assert.Equal(200, (await ApiClient.PostAsync(server, """{"channel":"news","notification":1,"category":"c"}""")).Status);
    }

    [Fact]
    public async Task Items_are_replaced_expire_and_are_silent()
    {
        await PublishAsync("effects", "1", "\"collapseKey\":\"post 9\"");
        await PublishAsync("effects", "2", "\"silent\":true");
        await PublishAsync("effects", "3", "\"expiresAt\":\"2026-01-01T00:00:00Z\"");
        await PublishAsync("effects", "4", "\"collapseKey\":\"post 9\"");
        Assert.Equal(["4", "2"], await ItemsAsync("effects"));
        Assert.Equal((1, 2), await CountAsync("effects"));

        // Their offsets stay, without content.
        var history = (await ApiClient.GetAsync(server, "/api/history?channel=user:effects")).GetProperty("notifications");
        Assert.Equal(
            [("null", true), ("2", false), ("null", true), ("4", false)],
            history.EnumerateArray().Select(each => (each.GetProperty("data").GetRawText(), each.TryGetProperty("gone", out _))));
    }

    [Fact]
    public async Task A_list_and_a_mark_are_limited_to_a_category_and_tags()
    {
        await PublishAsync("lists", "1", "\"category\":\"comments\",\"tags\":[\"a\"]");
        await PublishAsync("lists", "2", "\"category\":\"builds\",\"tags\":[\"b\"]");
        await PublishAsync("lists", "3", "\"category\":\"comments\"");
        Assert.Equal(["3", "1"], await ItemsAsync("lists&category=comments"));
        Assert.Equal(["2", "1"], await ItemsAsync("lists&tag=a&tag=b"));
        Assert.Equal(["1"], await ItemsAsync("lists&tag=a&category=comments"));

        var marked = await CallAsync("POST", "/api/inbox/mark", """{"user":"lists","as":"read","all":true,"category":"comments"}""");
        Assert.Contains("\"changed\":2", marked.Body, StringComparison.Ordinal);
        Assert.Equal(["2"], await ItemsAsync("lists&filter=unread"));
    }

    [Fact]
    public async Task The_id_of_a_backend_is_the_id_of_the_notification()
    {
        const string Id = "6f1c3f0a-1d1e-4c8e-9b55-0c5f5f1f5a11";
        var first = await ApiClient.SendAsync(server, $$"""{"channel":"user:id","notification":1,"id":"{{Id}}"}""");
        var again = await ApiClient.SendAsync(server, $$"""{"channel":"user:id","notification":1,"id":"{{Id}}"}""");
        Assert.Equal((first.Ids[0], first.Places[0]), (again.Ids[0], again.Places[0]));
        Assert.Single(await ItemsAsync("id"));

        // Marks and recalls take both forms.
        var marked = await CallAsync("POST", "/api/inbox/mark", $$"""{"user":"id","as":"read","ids":["{{Id}}"]}""");
        Assert.Contains("\"changed\":1", marked.Body, StringComparison.Ordinal);
        Assert.Contains("\"recalled\":1", (await RecallAsync($$"""{"channel":"user:id","id":"{{Id}}"}""")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backend_recalls_by_id_key_and_offset()
    {
        var sent = await ApiClient.SendAsync(server, """{"channels":["user:r1","user:r2"],"notification":"secret"}""");
        await PublishAsync("r1", "\"kept\"", "\"collapseKey\":\"k\"");
        await PublishAsync("r1", "\"last\"", "\"silent\":false");

        Assert.Equal((200, """{"results":[{"channel":"user:r1","recalled":1},{"channel":"user:r2","recalled":1}]}"""), await RecallAsync(
            $$"""{"channels":["user:r1","user:r2"],"id":"{{sent.Ids[0]}}"}"""));
        Assert.Equal(["\"last\"", "\"kept\""], await ItemsAsync("r1"));
        Assert.Empty(await ItemsAsync("r2"));
        Assert.Equal((200, """{"results":[{"channel":"user:r1","recalled":1}]}"""), await RecallAsync(
            """{"channel":"user:r1","collapseKey":"k"}"""));
        var epoch = (await ApiClient.GetAsync(server, "/api/inbox?user=r1")).GetProperty("items")[0].GetProperty("epoch").GetString();
        Assert.Equal((200, """{"results":[{"channel":"user:r1","recalled":1}]}"""), await RecallAsync(
            $$"""{"channel":"user:r1","offsets":[[1,3]],"epoch":"{{epoch}}"}"""));
        Assert.Empty(await ItemsAsync("r1"));
        Assert.Equal((0, 0), await CountAsync("r1"));
    }

    [Theory]
    [InlineData("""{"id":"x"}""", 400, "channel is missing, or channels.")]
    [InlineData("""{"channel":"user:r3"}""", 400, "A recall needs exactly one of id, collapseKey and offsets.")]
    [InlineData("""{"channel":"user:r3","id":"x","collapseKey":"y"}""", 400, "A recall needs exactly one of")]
    [InlineData("""{"channel":"user:r3","offsets":[1]}""", 400, "offsets and epoch are given together")]
    [InlineData("""{"channel":"user:r3","offsets":[1],"epoch":"former"}""", 409, "The epoch is not the one of user:r3")]
    [InlineData("""{"channels":[7],"id":"x"}""", 400, "channels is not a list of at most 1000 strings")]
    [InlineData("""{"channels":["user:r3","news"],"id":"x"}""", 404, "news is not an inbox")]
    public async Task A_recall_that_says_something_else_is_refused_with_the_reason(string body, int status, string reason)
    {
        var answer = await CallAsync("POST", "/api/inbox/recall", body);
        Assert.Contains(reason, ApiClient.Problem(answer, status), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_erased_inbox_is_empty_and_has_a_new_epoch()
    {
        await PublishAsync("erased", "1", "\"silent\":true");
        var before = await VersionAsync();
        Assert.Equal(200, (await CallAsync("DELETE", "/api/inbox?user=erased", "")).Status);
        Assert.Empty(await ItemsAsync("erased"));
        Assert.Equal((0, 0), await CountAsync("erased"));
        await PublishAsync("erased", "2", "\"silent\":false");
        Assert.Equal(["2"], await ItemsAsync("erased"));
        var after = await VersionAsync();
        Assert.NotEqual(before.Epoch, after.Epoch);
        Assert.Equal((1, 0), (after.Offset, after.Revision));

        async Task<(string? Epoch, long Offset, long Revision)> VersionAsync()
        {
            var channel = (await ApiClient.GetAsync(server, "/api/inbox/count?user=erased")).GetProperty("channels")[0];
            return (
                channel.GetProperty("epoch").GetString(), channel.GetProperty("offset").GetInt64(), channel.GetProperty("rev").GetInt64());
        }
    }

    private async Task PublishAsync(string user, string notification, string fields) =>
        await ApiClient.SendAsync(server, $$"""{"channel":"user:{{user}}","notification":{{notification}},{{fields}}}""");

    private async Task<IEnumerable<string>> ItemsAsync(string query) =>
        (await ApiClient.GetAsync(server, $"/api/inbox?user={query}")).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("data").GetRawText());

    private async Task<(long Unread, long Total)> CountAsync(string user)
    {
        var count = await ApiClient.GetAsync(server, $"/api/inbox/count?user={user}");
        return (count.GetProperty("unread").GetInt64(), count.GetProperty("total").GetInt64());
    }

    private async Task<(int Status, string Body)> RecallAsync(string body)
    {
        var answer = await CallAsync("POST", "/api/inbox/recall", body);
        return (answer.Status, answer.Body);
    }

    private Task<RawResponse> CallAsync(string method, string path, string body) => RawHttp.SendAsync(
        server,
        new RawRequest(method, path, [$"Authorization: Bearer {NotifyServer.Secret}", "Content-Type: application/json"])
        {
            Body = Encoding.UTF8.GetBytes(body),
        });
}
