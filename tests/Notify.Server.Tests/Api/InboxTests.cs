using System.Text;
using System.Text.Json;
using Notify.Broker;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Api;

/// <summary>Tests <c>/api/inbox</c>.</summary>
[Collection(SharedServer.Name)]
public sealed class InboxTests(NotifyServer server)
{
    [Fact]
    public async Task A_backend_reads_what_a_user_has_not_read()
    {
        Assert.Equal((0, 0, 0, 0), await CountAsync("first"));
        var ids = await PublishAsync("first", 3);
        Assert.Equal((3, 3, 3, 0), await CountAsync("first"));

        var page = await ApiClient.GetAsync(server, "/api/inbox?user=first&limit=2");
        Assert.Equal([3, 2], page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("offset").GetInt64()));
        var newest = page.GetProperty("items")[0];
        Assert.Equal(("user:first", ids[2]), (newest.GetProperty("channel").GetString(), newest.GetProperty("id").GetString()));
        Assert.Equal("""{"n":3 }""", newest.GetProperty("data").GetRawText());
        Assert.Equal(3, page.GetProperty("unread").GetInt64());

        var next = page.GetProperty("next").GetString();
        var rest = await ApiClient.GetAsync(server, $"/api/inbox?user=first&limit=2&before={next}");
        Assert.Equal([1], rest.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("offset").GetInt64()));
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task What_is_marked_is_marked_for_every_reader()
    {
        var ids = await PublishAsync("second", 4);
        var epoch = await EpochAsync("second");

        var marked = await MarkedAsync($$"""{"user":"second","as":"read","upTo":2,"epoch":"{{epoch}}"}""");
        Assert.Equal((2, 2, 4, 0, 2, 1), marked);
        marked = await MarkedAsync(
            $$"""
            {"user":"second","marks":[
              {"as":"archived","offsets":[1,[2,2]],"epoch":"{{epoch}}"},
              {"as":"clicked","ids":["{{ids[3]}}"]},
              {"as":"deleted","ids":["{{ids[2]}}","unknown"]}]}
            """);
        Assert.Equal((0, 0, 3, 2, 4, 2), marked);
        Assert.Equal((0, 0, 3, 2, 0, 2), await MarkedAsync("""{"user":"second","as":"seen","all":true}"""));

        Assert.Equal([4], await OffsetsAsync("second", "all"));
        Assert.Equal([2, 1], await OffsetsAsync("second", "archived"));
        Assert.Empty(await OffsetsAsync("second", "unread"));
        var item = (await ApiClient.GetAsync(server, "/api/inbox?user=second")).GetProperty("items")[0];
        Assert.Equal(
            (true, true, false, true),
            (Flag(item, "seen"), Flag(item, "read"), Flag(item, "archived"), Flag(item, "clicked")));
    }

    [Theory]
    [InlineData("""{"as":"read","all":true}""", "user is missing.")]
    [InlineData("""{"user":"","as":"read","all":true}""", "user is not a string of 1 to")]
    [InlineData("""{"user":"u","as":"done","all":true}""", "as is not one of seen, read, unread, archived, unarchived, clicked, deleted.")]
    [InlineData("""{"user":"u","all":true}""", "as is not one of")]
    [InlineData("""{"user":"u","as":"read"}""", "A mark needs exactly one of upTo, offsets, ids, collapseKey and all.")]
    [InlineData("""{"user":"u","as":"read","all":true,"ids":["x"]}""", "A mark needs exactly one of")]
    [InlineData("""{"user":"u","as":"read","all":false}""", "all is not true.")]
    [InlineData("""{"user":"u","as":"read","upTo":3}""", "epoch is missing")]
    [InlineData("""{"user":"u","as":"read","upTo":-1,"epoch":"e"}""", "upTo is not an offset")]
    [InlineData("""{"user":"u","as":"read","upTo":1.5,"epoch":"e"}""", "upTo is not an offset")]
    [InlineData("""{"user":"u","as":"read","offsets":[],"epoch":"e"}""", "offsets is not a list of 1 to 100")]
    [InlineData("""{"user":"u","as":"read","offsets":[1,"2"],"epoch":"e"}""", "offsets is not a list of 1 to 100")]
    [InlineData("""{"user":"u","as":"read","offsets":[[1,2,3]],"epoch":"e"}""", "offsets is not a list of 1 to 100")]
    [InlineData("""{"user":"u","as":"read","ids":[7]}""", "ids is not a list of 1 to 100")]
    [InlineData("""{"user":"u","marks":[]}""", "marks is not a list of 1 to 64 objects.")]
    [InlineData("""{"user":"u","marks":[7]}""", "A mark is not an object.")]
    [InlineData("""{"user":"u","marks":[{"as":"read","all":true}],"as":"read"}""", "marks and as are both given")]
    [InlineData("""{"user":"u","as":"read","al":true}""", "al is not known; the members are user, marks, as,")]
    public async Task A_mark_that_says_something_else_is_refused_with_the_reason(string body, string reason)
    {
        var problem = ApiClient.Problem(await PostAsync(body), 400);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/inbox", "user is missing.")]
    [InlineData("/api/inbox/count", "user is missing.")]
    [InlineData("/api/inbox?user=u&filter=new", "filter is not all or unread or archived.")]
    [InlineData("/api/inbox?user=u&before=7", "before is not the value of next in a former answer.")]
    [InlineData("/api/inbox?user=u&before=v1.AAAA", "before is not the value of next in a former answer.")]
    [InlineData("/api/inbox?user=u&limit=101", "limit is not a number from 1 to 100.")]
    [InlineData("/api/inbox/count?user=u&limit=1", "limit is not known; the parameters are user, follow, by.")]
    public async Task A_query_that_says_something_else_is_refused_with_the_reason(string path, string reason)
    {
        var answer = await RawHttp.GetAsync(server, path, $"Authorization: Bearer {NotifyServer.Secret}");
        Assert.Equal(reason, ApiClient.Problem(answer, 400));
    }

    [Fact]
    public async Task Many_users_are_counted_at_once()
    {
        await PublishAsync("counted", 2);
        await MarkedAsync("""{"user":"counted","as":"seen","all":true}""");
        var answer = await PostAsync("""{"users":["counted","uncounted","counted"]}""", "/api/inbox/counts");
        const string Counted = """{"user":"counted","unread":2,"unseen":0,"total":2,"archived":0}""";
        Assert.Equal(
            $$"""{"counts":[{{Counted}},{"user":"uncounted","unread":0,"unseen":0,"total":0,"archived":0},{{Counted}}]}""", answer.Body);

        var users = string.Join(',', Enumerable.Range(0, 1001).Select(n => $"\"{n}\""));
        foreach (var (body, reason) in new[]
        {
            ("{}", "users is missing, or empty."),
            ("""{"users":[]}""", "users is missing, or empty."),
            ("""{"users":[7]}""", "users is not a list of at most 1000"),
            ("""{"users":["\u0001"]}""", "users is not a list of at most 1000"),
            ($$"""{"users":[{{users}}]}""", "users is not a list of at most 1000"),
        })
        {
            var problem = ApiClient.Problem(await PostAsync(body, "/api/inbox/counts"), 400);
            Assert.Contains(reason, problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_backend_reads_one_item()
    {
        await PublishAsync("single", 2);
        var epoch = await EpochAsync("single");
        var item = await ApiClient.GetAsync(server, $"/api/inbox/item?user=single&epoch={epoch}&offset=2");
        Assert.Equal((2, """{"n":2 }"""), (item.GetProperty("offset").GetInt64(), item.GetProperty("data").GetRawText()));
        var gone = await RawHttp.GetAsync(
            server, $"/api/inbox/item?user=single&epoch={epoch}&offset=3", $"Authorization: Bearer {NotifyServer.Secret}");
        Assert.Contains("does not have this item", ApiClient.Problem(gone, 404), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offsets_of_another_epoch_are_a_conflict_that_names_the_epoch()
    {
        await PublishAsync("third", 1);
        var epoch = await EpochAsync("third");
        var answer = await PostAsync("""{"user":"third","as":"read","upTo":1,"epoch":"former"}""");
        Assert.Contains(epoch, ApiClient.Problem(answer, 409), StringComparison.Ordinal);
        Assert.EndsWith($"\"epoch\":\"{epoch}\",\"offset\":1,\"rev\":0}}", answer.Body, StringComparison.Ordinal);
        Assert.Equal((1, 1, 1, 0), await CountAsync("third"));
    }

    [Fact]
    public async Task Without_inboxes_the_answer_names_the_setting()
    {
        await using var plain = new NotifyServer(
            NotifyServer.Default with { Broker = NotifyServer.Default.Broker with { Channels = new ChannelOptions() } });
        await plain.InitializeAsync();
        var answer = await RawHttp.GetAsync(plain, "/api/inbox?user=7", $"Authorization: Bearer {NotifyServer.Secret}");
        Assert.Equal("user:7 is not an inbox: NOTIFY_INBOX does not match it.", ApiClient.Problem(answer, 404));
    }

    private static bool Flag(JsonElement item, string name) => item.GetProperty(name).GetBoolean();

    private async Task<IReadOnlyList<string?>> PublishAsync(string user, int count)
    {
        var all = new List<string?>();
        for (var i = 1; i <= count; i++)
        {
            all.AddRange((await ApiClient.SendAsync(server, $$"""{"channel":"user:{{user}}","notification":{"n":{{i}} } }""")).Ids);
        }

        return all;
    }

    private async Task<(long Unread, long Unseen, long Total, long Archived)> CountAsync(string user) =>
        Counts(await ApiClient.GetAsync(server, $"/api/inbox/count?user={user}"));

    private async Task<string> EpochAsync(string user) =>
        (await ApiClient.GetAsync(server, $"/api/inbox/count?user={user}")).GetProperty("channels")[0].GetProperty("epoch").GetString()!;

    private async Task<IEnumerable<long>> OffsetsAsync(string user, string filter) =>
        (await ApiClient.GetAsync(server, $"/api/inbox?user={user}&filter={filter}")).GetProperty("items")
            .EnumerateArray().Select(item => item.GetProperty("offset").GetInt64());

    private async Task<(long Unread, long Unseen, long Total, long Archived, long Changed, long Revision)> MarkedAsync(string body)
    {
        var answer = await PostAsync(body);
        Assert.Equal(200, answer.Status);
        using var document = JsonDocument.Parse(answer.Bytes);
        var root = document.RootElement;
        var (unread, unseen, total, archived) = Counts(root);
        return (unread, unseen, total, archived, root.GetProperty("changed").GetInt64(), root.GetProperty("rev").GetInt64());
    }

    private static (long Unread, long Unseen, long Total, long Archived) Counts(JsonElement json) => (
        json.GetProperty("unread").GetInt64(),
        json.GetProperty("unseen").GetInt64(),
        json.GetProperty("total").GetInt64(),
        json.GetProperty("archived").GetInt64());

    private Task<RawResponse> PostAsync(string body, string path = "/api/inbox/mark") => RawHttp.SendAsync(
        server,
        new RawRequest("POST", path, [$"Authorization: Bearer {NotifyServer.Secret}", "Content-Type: application/json"])
        {
            Body = Encoding.UTF8.GetBytes(body),
        });
}
