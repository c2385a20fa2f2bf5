using System.Text;
using Notify.Broker;
using Notify.Server.Options;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Inboxes;

/// <summary>Tests that inboxes are read from a durable store without an owner.</summary>
public sealed class StoredInboxTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private NotifyServer? _server;

    private NotifyServer Server => _server!;

    public Task InitializeAsync() => StartAsync(Options);

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private NotifyOptions Options => NotifyServer.Default with { Store = new() { Location = $"sqlite:{_folder.Path}/notify.db" } };

    [Fact]
    public async Task A_user_who_was_never_sent_anything_has_zeros_and_reading_creates_nothing()
    {
        var count = await ApiClient.GetAsync(Server, "/api/inbox/count?user=nobody");
        Assert.Equal(
            """{"unread":0,"unseen":0,"total":0,"archived":0,"channels":"""
            + """[{"channel":"user:nobody","epoch":null,"offset":0,"rev":0,"unread":0,"unseen":0}]}""",
            count.GetRawText());
        Assert.Empty((await ApiClient.GetAsync(Server, "/api/inbox?user=nobody")).GetProperty("items").EnumerateArray());
        Assert.Empty((await ApiClient.GetAsync(Server, "/api/channels")).GetProperty("channels").EnumerateArray());
        Assert.Equal(0, Server.Node.Channels.Count);
    }

    [Fact]
    public async Task Counts_and_items_are_those_of_the_owner_and_need_none()
    {
        for (var i = 1; i <= 5; i++)
        {
            await Server.SendAsync("user:7", $"{i}");
        }

        await MarkAsync("""{"user":"7","marks":[{"as":"seen","all":true}]}""");
        var epoch = (await ApiClient.GetAsync(Server, "/api/inbox/count?user=7")).GetProperty("channels")[0].GetProperty("epoch");
        await MarkAsync($$"""{"user":"7","as":"archived","offsets":[2],"epoch":"{{epoch}}"}""");
        var asked = await ReadAsync();
        Assert.Equal(1, Server.Node.Channels.Count);

        await RestartAsync(Options);
        Assert.Equal(asked, await ReadAsync());
        Assert.Equal(0, Server.Node.Channels.Count);
        Assert.Contains("\"unread\":4", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_stored_before_the_channel_became_an_inbox_counts_as_read_without_an_owner_too()
    {
        await RestartAsync(Options with { Broker = Options.Broker with { Channels = new ChannelOptions { Inboxes = [] } } });
        await Server.SendAsync("user:7", "1");
        await Server.SendAsync("user:7", "2");

        await RestartAsync(Options);
        var stored = await ReadAsync();
        Assert.Equal(0, Server.Node.Channels.Count);
        Assert.Contains("\"read\":true", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("\"read\":false", stored, StringComparison.Ordinal);

        // A mark that changes nothing makes a node the owner.
        await MarkAsync("""{"user":"7","as":"read","all":true}""");
        Assert.Equal(stored, await ReadAsync());
        await Server.SendAsync("user:7", "3");
        Assert.Contains("\"unread\":1", await ReadAsync(), StringComparison.Ordinal);
    }

    private async Task<string> ReadAsync() =>
        (await ApiClient.GetAsync(Server, "/api/inbox/count?user=7")).GetRawText()
        + (await ApiClient.GetAsync(Server, "/api/inbox?user=7&limit=3")).GetRawText()
        + (await ApiClient.GetAsync(Server, "/api/inbox?user=7&filter=archived")).GetRawText();

    private async Task MarkAsync(string body)
    {
        var answer = await RawHttp.SendAsync(
            Server,
            new RawRequest("POST", "/api/inbox/mark", [$"Authorization: Bearer {NotifyServer.Secret}", "Content-Type: application/json"])
            {
                Body = Encoding.UTF8.GetBytes(body),
            });
        Assert.Equal(200, answer.Status);
    }

    private async Task RestartAsync(NotifyOptions options)
    {
        await Server.StopAsync();
        await Server.DisposeAsync();
        await StartAsync(options);
    }

    private async Task StartAsync(NotifyOptions options)
    {
        _server = new NotifyServer(options);
        await _server.InitializeAsync();
    }
}
