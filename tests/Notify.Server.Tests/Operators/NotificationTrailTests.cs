using System.Text;
using System.Text.Json;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Backends;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Operators;

/// <summary>Tests what a server says to the question "did user 42 get it?".</summary>
public sealed class NotificationTrailTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly NotifyServer _server;

    public NotificationTrailTests()
    {
        var path = _folder.Write("secrets.json", SecretsJson.Of(
            SecretsJson.Entry("shop", "\"send\"", ""","channels":["order:*"]"""),
            SecretsJson.Entry("shop-admin", "\"admin\"", ""","channels":["order:*"]"""),
            SecretsJson.Entry("report", "\"read\"", ""","channels":["order:*"]""")));
        _server = new NotifyServer(SecretsJson.Options(path));
    }

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task One_that_a_client_received_is_delivered()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("user:42");
        var id = await SendAsync("user:42");
        await client.ReceiveAsync();

        var trail = await UntilAsync($"id={id}", "delivered");

        Assert.Equal(("user:42", 1, "kept"), (trail.Text("channel"), trail.GetProperty("offset").GetInt64(), trail.Text("history")));
        var send = Assert.Single(trail.GetProperty("sends").EnumerateArray());
        Assert.Equal(("default", "accepted"), (send.Text("secret"), send.Text("outcome")));
        var delivery = Assert.Single(trail.GetProperty("deliveries").EnumerateArray());
        Assert.Equal((1, 1), (delivery.GetProperty("sockets").GetInt32(), delivery.GetProperty("written").GetInt32()));
        Assert.StartsWith("Written to 1 of 1 socket on 1 node.", trail.Text("summary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_waits_is_delivered_when_its_client_comes_back()
    {
        var first = await SendAsync("user:42");
        var epoch = await EpochAsync("user:42");
        await UntilAsync($"id={first}", "waiting");

        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.AskAsync($$$"""{"type":"join","channel":"user:42","since":{"epoch":"{{{epoch}}}","offset":0}}""");
        await client.ReceiveAsync();

        var trail = await UntilAsync($"id={first}", "delivered");
        Assert.StartsWith("Sent again to 1 client that came back.", trail.Text("summary"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_was_refused_is_listed_for_its_user()
    {
        var answer = await RawHttp.SendAsync(_server, new RawRequest(
            "POST", "/send", ["notification_secret: shop-secret", "Content-Type: application/json"])
        {
            Body = Encoding.UTF8.GetBytes("""{"channel":"user:42","notification":1}"""),
        });
        Assert.Equal(403, answer.Status);

        var trail = await UntilAsync("user=42", "refused");

        Assert.Equal(JsonValueKind.Null, trail.GetProperty("id").ValueKind);
        Assert.Equal(
            "Not stored: the request with the secret shop was answered 403: the secret may not publish to this channel.",
            trail.Text("summary"));
    }

    [Fact]
    public async Task One_that_the_history_no_longer_has_is_trimmed()
    {
        var options = NotifyServer.Default;
        var server = new NotifyServer(options with
        {
            Broker = options.Broker with { Channels = options.Broker.Channels with { InboxTtl = TimeSpan.FromMilliseconds(50) } },
        });
        await server.InitializeAsync();
        try
        {
            var id = await SendAsync("user:42", server);

            await UntilAsync($"id={id}", "trimmed", server);
            await UntilAsync("user=42", "trimmed", server);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_newest_are_listed_when_they_are_many_pages_of_the_history()
    {
        for (var i = 0; i < 12; i++)
        {
            await ApiClient.SendAsync(_server, $$"""{"channel":"user:42","notification":"{{new string('x', 60_000)}}"}""");
        }

        var answer = await ApiClient.GetAsync(_server, "/api/notification?user=42&limit=10");

        Assert.Equal(
            [12L, 11, 10, 9, 8, 7, 6, 5, 4, 3],
            answer.GetProperty("notifications").EnumerateArray().Select(static trail => trail.GetProperty("offset").GetInt64()));
    }

    [Fact]
    public async Task What_a_client_received_long_ago_is_not_said_to_wait()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("user:42");
        for (var i = 0; i < 230; i++)
        {
            await SendAsync("user:42");
            await client.ReceiveAsync();
        }

        var answer = await ApiClient.GetAsync(_server, "/api/notification?user=42&limit=1000");

        var states = answer.GetProperty("notifications").EnumerateArray().Select(static trail => trail.Text("state")).ToList();
        Assert.Equal(230, states.Count);
        Assert.DoesNotContain("waiting", states);
        Assert.Contains("unknown", states);
    }

    [Fact]
    public async Task Channels_bind_what_a_secret_may_ask()
    {
        var id = await SendAsync("user:42");

        ApiClient.Problem(await AskAsync("report-secret", "user=42"), 403);
        ApiClient.Problem(await AskAsync("report-secret", $"id={id}"), 404);
        Assert.Equal(200, (await AskAsync("report-secret", "channel=order:1")).Status);
    }

    [Fact]
    public async Task Channels_bind_which_connections_a_secret_may_ask()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("user:42");
        await client.JoinAsync("order:1");

        ApiClient.Problem(await GetAsync("/api/connections?channel=user:42"), 403);
        Assert.Equal(200, (await GetAsync("/api/connections?channel=order:1")).Status);

        // On a busy machine an actor may not answer in its 400 ms.
        RawResponse? found = null;
        await TestTimeouts.UntilAsync(async () => (found = await GetAsync($"/api/connection?id={client.Id}")).Status != 503);
        var answer = found!;
        Assert.Equal(200, answer.Status);
        Assert.Contains("\"channels\":[{\"channel\":\"order:1\",", answer.Body, StringComparison.Ordinal);

        Task<RawResponse> GetAsync(string path) => RawHttp.GetAsync(_server, path, "Authorization: Bearer shop-admin-secret");
    }

    [Fact]
    public async Task One_that_nobody_remembers_is_not_found() => Assert.Contains(
        "No node remembers this notification",
        ApiClient.Problem(await AskAsync(NotifyServer.Secret, "id=AAAAAAAAAAAAAAAAAAAAAA"), 404),
        StringComparison.Ordinal);

    [Fact]
    public async Task A_tail_shows_what_is_published_and_told()
    {
        using var client = await JsonWebSocketClient.OpenAsync(_server);
        await client.JoinAsync("order:1");
        using var http = new HttpClient { BaseAddress = _server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/tail?channel=order:*");
        request.Headers.Authorization = new("Bearer", "report-secret");
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.StartsWith(":", await reader.ReadLineAsync().Soon(), StringComparison.Ordinal);

        await SendAsync("user:42");
        var id = await SendAsync("order:1");

        var events = new List<(string Name, JsonElement Data)>();
        while (events.Count < 2)
        {
            if (await reader.ReadLineAsync().Soon() is ['e', 'v', 'e', 'n', 't', ':', ' ', .. var name])
            {
                var data = await reader.ReadLineAsync().Soon();
                events.Add((name, JsonDocument.Parse(data!["data: ".Length..]).RootElement));
            }
        }

        // The relay and the publish report on threads of their own.
        events.Sort(static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        Assert.Equal([("published", id), ("told", id)], events.Select(static item => (item.Name, item.Data.Text("id"))));
        Assert.Equal(("{\"a\":1}", 7), (events[0].Data.Text("payload"), events[0].Data.GetProperty("size").GetInt32()));
        Assert.Equal(1, events[1].Data.GetProperty("sockets").GetInt32());
    }

    private async Task<string> SendAsync(string channel, NotifyServer? server = null)
    {
        var (_, ids) = await ApiClient.SendAsync(server ?? _server, $$$"""{"channel":"{{{channel}}}","notification":{"a":1}}""");
        return ids.Single()!;
    }

    private async Task<string> EpochAsync(string channel) =>
        (await ApiClient.GetAsync(_server, $"/api/channel?name={channel}")).Text("epoch");

    private Task<RawResponse> AskAsync(string secret, string query) =>
        RawHttp.GetAsync(_server, "/api/notification?" + query, $"Authorization: Bearer {secret}");

    private async Task<JsonElement> FindAsync(string query, NotifyServer? server = null)
    {
        var answer = await ApiClient.GetAsync(server ?? _server, "/api/notification?" + query);
        return Assert.Single(answer.GetProperty("notifications").EnumerateArray());
    }

    // A write is recorded when it has succeeded, which the client may notice first.
    private async Task<JsonElement> UntilAsync(string query, string state, NotifyServer? server = null)
    {
        for (var began = DateTime.UtcNow; ; await Task.Delay(20))
        {
            var trail = await FindAsync(query, server);
            if (trail.Text("state") == state)
            {
                return trail;
            }

            Assert.True(DateTime.UtcNow - began < TestTimeouts.Limit, trail.ToString());
        }
    }
}
