using System.Text;
using System.Text.Json;
using Notify.Server.Options;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests inboxes on a server without keys for tokens: everybody with the key names the user.</summary>
public sealed class OpenInboxTests
{
    [Fact]
    public async Task Everybody_with_the_key_reads_and_marks()
    {
        await using var server = new NotifyServer();
        await server.InitializeAsync();
        await ApiClient.SendAsync(server, """{"channel":"user:7","notification":{"url":"/x"} }""");
        var count = await RawHttp.GetAsync(server, "/inbox/count?key=K1&user=7");
        Assert.Equal(200, count.Status);
        Assert.Contains("\"unread\":1", count.Body, StringComparison.Ordinal);
        Assert.Contains("\"offset\":1", (await RawHttp.GetAsync(server, "/inbox?key=K1&user=7")).Body, StringComparison.Ordinal);
        Assert.Equal(200, (await MarkAsync(server, "?key=K1&user=7")).Status);
        Assert.Contains("\"unread\":0", (await RawHttp.GetAsync(server, "/inbox/count?key=K1&user=7")).Body, StringComparison.Ordinal);

        Assert.Equal((401, "unauthorized"), Outcome(await RawHttp.GetAsync(server, "/inbox/count?key=wrong&user=7")));
        Assert.Equal((401, "unauthorized"), Outcome(await RawHttp.GetAsync(server, "/inbox/count?user=7")));
        Assert.Equal((401, "unauthorized"), Outcome(await MarkAsync(server, "?user=7")));
        Assert.Equal((400, "bad_query"), Outcome(await RawHttp.GetAsync(server, "/inbox/count?key=K1")));
        Assert.Equal((400, "bad_query"), Outcome(await RawHttp.GetAsync(server, "/inbox/count?key=K1&user=7&user=8")));
    }

    [Theory]
    [InlineData("token")]
    [InlineData("closed")]
    [InlineData("open,user:*=token")]
    public async Task Where_inboxes_are_not_open_nobody_reads_or_marks_without_a_token(string access)
    {
        Assert.True(AccessRules.TryParse(access, out var rules));
        await using var server = new NotifyServer(
            NotifyServer.Default with { Access = NotifyServer.Default.Access with { Rules = rules } });
        await server.InitializeAsync();
        await server.SendAsync("user:7", "1");
        Assert.Equal((403, "forbidden"), Outcome(await RawHttp.GetAsync(server, "/inbox/count?key=K1&user=7")));
        Assert.Equal((403, "forbidden"), Outcome(await RawHttp.GetAsync(server, "/inbox?key=K1&user=7")));
        Assert.Equal((403, "forbidden"), Outcome(await MarkAsync(server, "?key=K1&user=7")));

        using var client = await JsonWebSocketClient.OpenAsync(server);
        Assert.Contains(
            "\"code\":\"forbidden\"",
            await client.AskAsync("""{"type":"mark","channel":"user:7","as":"read","all":true}"""),
            StringComparison.Ordinal);
    }

    private static (int Status, string? Code) Outcome(RawResponse answer)
    {
        using var document = JsonDocument.Parse(answer.Bytes);
        return (answer.Status, document.RootElement.GetProperty("code").GetString());
    }

    private static Task<RawResponse> MarkAsync(NotifyServer server, string query) => RawHttp.SendAsync(
        server,
        new RawRequest("POST", "/inbox/mark" + query, ["Content-Type: application/json"])
        {
            Body = Encoding.UTF8.GetBytes("""{"as":"read","all":true}"""),
        });
}
