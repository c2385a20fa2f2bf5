using System.Text.Json;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Operators;

[Collection(SharedServer.Name)]
public sealed class OperatorEndpointTests(NotifyServer server)
{
    [Fact]
    public async Task A_node_describes_itself()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        await client.JoinAsync("operators-node");

        // The connections are counted five times a second.
        var answer = await UntilAsync(
            "/api/nodes",
            static answer => answer.GetProperty("nodes")[0].GetProperty("connections").GetProperty("plain").GetInt64() >= 1
                && answer.GetProperty("nodes")[0].GetProperty("joined").GetInt64() >= 1);

        var node = Assert.Single(answer.GetProperty("nodes").EnumerateArray());
        Assert.Equal("ok", node.GetProperty("state").GetString());
        Assert.True(node.GetProperty("memory").GetInt64() > 1_000_000);
        Assert.True(node.GetProperty("startedAt").GetDateTimeOffset() <= DateTimeOffset.UtcNow);
        Assert.Empty(answer.GetProperty("silent").EnumerateArray());
    }

    [Fact]
    public async Task An_overview_has_the_last_seconds()
    {
        await server.SendAsync("operators-overview", "1");

        var overview = await UntilAsync(
            "/api/overview",
            static answer => answer.GetProperty("points").EnumerateArray().Any(static point => point.GetProperty("sends").GetInt64() > 0));

        Assert.True(overview.GetProperty("connections").GetInt64() >= 0);
        Assert.Single(overview.GetProperty("nodes").EnumerateArray());
    }

    [Fact]
    public async Task Connections_are_listed_by_what_is_known_of_them()
    {
        const string Channel = "operators-connections";
        using var first = await JsonWebSocketClient.OpenAsync(server);
        using var second = await JsonWebSocketClient.OpenAsync(server);
        await first.JoinAsync(Channel);
        await second.JoinAsync(Channel);
        await second.JoinAsync(Channel + "-2");

        string[] both = [first.Id, second.Id];
        Assert.Equal(both.Order(StringComparer.Ordinal), await IdsAsync($"channel={Channel}"));
        Assert.Equal([second.Id], await IdsAsync($"channel={Channel}-2"));
        Assert.Equal(both.Order(StringComparer.Ordinal), await IdsAsync($"channel={Channel}&protocol=plain"));
        Assert.Empty(await IdsAsync($"channel={Channel}&protocol=events"));
        Assert.Empty(await IdsAsync($"channel={Channel}&user=42"));
        Assert.Empty(await IdsAsync($"channel={Channel}&state=slow"));
        Assert.Empty(await IdsAsync($"channel={Channel}&address=192.0.2.1"));
        Assert.Empty(await IdsAsync($"channel={Channel}&node=other"));
    }

    [Fact]
    public async Task Connections_are_listed_page_by_page()
    {
        const string Channel = "operators-pages";
        var clients = new List<JsonWebSocketClient>();
        for (var i = 0; i < 5; i++)
        {
            clients.Add(await JsonWebSocketClient.OpenAsync(server));
            await clients[^1].JoinAsync(Channel);
        }

        var listed = new List<string>();
        for (string? after = ""; after is not null;)
        {
            var rest = after.Length > 0 ? "&after=" + after : "";
            var page = await ApiClient.GetAsync(server, $"/api/connections?channel={Channel}&limit=2{rest}");
            var ids = Ids(page);
            Assert.InRange(ids.Count, 0, 2);
            listed.AddRange(ids);
            after = page.GetProperty("next").GetString();
        }

        Assert.Equal(clients.Select(static client => client.Id).Order(StringComparer.Ordinal), listed);
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task A_connection_is_described_with_its_channels()
    {
        using var client = await JsonWebSocketClient.OpenAsync(server);
        await client.JoinAsync("operators-b");
        await client.JoinAsync("operators-a");

        var answer = await ApiClient.GetInTimeAsync(server, "/api/connection?id=" + client.Id);

        var connection = answer.GetProperty("connection");
        Assert.Equal(
            (client.Id, client.Id, "plain", "websocket", 2),
            (
                connection.GetProperty("connection").GetString(),
                connection.GetProperty("socket").GetString(),
                connection.GetProperty("protocol").GetString(),
                connection.GetProperty("transport").GetString(),
                connection.GetProperty("channels").GetInt32()));
        Assert.NotEqual(JsonValueKind.Null, connection.GetProperty("lastWriteAt").ValueKind);
        Assert.Equal(
            ["operators-a", "operators-b"],
            answer.GetProperty("channels").EnumerateArray().Select(static channel => channel.Text("channel")));
        Assert.True(answer.GetProperty("open").GetBoolean());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("trace").ValueKind);
    }

    [Fact]
    public async Task A_connection_that_has_ended_is_not_found()
    {
        var detail = ApiClient.Problem(await AskAsync("/api/connection?id=gone"), 404);

        Assert.Contains("it has ended", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/nodes?x=1", "x is not known")]
    [InlineData("/api/overview?x=1", "x is not known")]
    [InlineData("/api/connections?protocol=x", "protocol is not socketio3 or socketio4 or plain or events")]
    [InlineData("/api/connections?state=x", "state is not slow")]
    [InlineData("/api/connections?limit=0", "limit is not a number")]
    [InlineData("/api/connection", "id is missing")]
    [InlineData("/api/connection?id=x&trace=yes", "trace is not 1")]
    [InlineData("/api/notification", "One of id, user and channel is required")]
    [InlineData("/api/notification?id=x", "id is not the id of a notification")]
    [InlineData("/api/notification?id=AAAAAAAAAAAAAAAAAAAAAA.x", "id is not the id of a notification")]
    [InlineData("/api/notification?user=1&channel=2", "user is not given together with channel")]
    [InlineData("/api/notification?channel=c&since=x", "since is not a time")]
    [InlineData("/api/tail?user=1&channel=2", "user and channel are not given together")]
    public async Task A_query_that_says_something_else_is_refused_with_the_reason(string path, string reason) =>
        Assert.Contains(reason, ApiClient.Problem(await AskAsync(path), 400), StringComparison.Ordinal);

    private static List<string> Ids(JsonElement page) =>
        [.. page.GetProperty("connections").EnumerateArray().Select(static connection => connection.Text("connection"))];

    private Task<RawResponse> AskAsync(string path) => RawHttp.GetAsync(server, path, $"Authorization: Bearer {NotifyServer.Secret}");

    private async Task<List<string>> IdsAsync(string query) => Ids(await ApiClient.GetAsync(server, "/api/connections?" + query));

    private async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> condition)
    {
        for (var began = DateTime.UtcNow; ; await Task.Delay(20))
        {
            var answer = await ApiClient.GetAsync(server, path);
            if (condition(answer))
            {
                return answer;
            }

            Assert.True(DateTime.UtcNow - began < TestTimeouts.Limit, answer.ToString());
        }
    }
}
