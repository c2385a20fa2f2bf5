using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Notify.Server.Options;

namespace Notify.Browser.Tests;

/// <summary>Tests the client of inboxes in tabs whose connection is in a shared worker.</summary>
public sealed class InboxWorkerTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>
{
    private const string Worker = "workerUrl: '/client/worker.js'";
    private const string TokenSecret = "a secret that is long enough for the tokens of a test";

    [Fact]
    public async Task The_connection_outlives_every_tab_but_the_last()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url, static _ => Worker);
        var (first, second, third) = (tabs.Pages[0], await tabs.AddAsync(), await tabs.AddAsync());
        await InboxTabs.LiveAsync(second);
        await InboxTabs.LiveAsync(third);
        var connection = await first.EvaluateAsync<string>("inbox.connection");
        await tabs.PublishAsync(20);
        foreach (var page in tabs.Pages)
        {
            await InboxTabs.UntilAsync(page, "heard.notification.length === 20 && inbox.getSnapshot().unread === 20");
            Assert.Equal(connection, await page.EvaluateAsync<string>("inbox.connection"));
        }

        await tabs.ToastsAsync(20);
        await tabs.ConnectionsAsync(1);
        Assert.Equal(0, await first.EvaluateAsync<int>(
            "navigator.locks.query().then(({ held }) => held.filter(lock => !lock.name.startsWith('notify:toast:')).length)"));

        await first.CloseAsync();
        await second.CloseAsync();
        tabs.Pages.RemoveRange(0, 2);
        await tabs.PublishAsync(1);
        await InboxTabs.UntilAsync(third, "inbox.getSnapshot().unread === 21");
        Assert.Equal(connection, await third.EvaluateAsync<string>("inbox.connection"));
        await third.EvaluateAsync("() => inbox.markRead('shown')");
        await InboxTabs.UntilAsync(third, "inbox.getSnapshot().unread === 0");
        await tabs.UnreadAsync(0);
        await tabs.ConnectionsAsync(1);

        // Without a tab there is no connection, and the next tab has what the worker kept.
        await third.EvaluateAsync("() => inbox.close()");
        await tabs.ConnectionsAsync(0);
        await third.ReloadAsync();
        await InboxTabs.UntilAsync(third, "inbox.getSnapshot().status === 'live' && inbox.getSnapshot().items.length === 21");
        await tabs.ConnectionsAsync(1);
        Assert.Empty(tabs.Errors);
    }

    [Fact]
    public async Task A_tab_shows_what_another_one_marks_and_loads()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url, static _ => Worker);
        var (first, other) = (tabs.Pages[0], await tabs.AddAsync());
        await tabs.PublishAsync(50);
        await InboxTabs.UntilAsync(other, "inbox.getSnapshot().items.length === 50");
        await other.EvaluateAsync("() => inbox.archive(inbox.getSnapshot().items.slice(0, 10))");
        foreach (var page in tabs.Pages)
        {
            await InboxTabs.UntilAsync(page, "inbox.getSnapshot().items.length === 40 && inbox.getSnapshot().unread === 40");
        }

        await tabs.UnreadAsync(40);

        // The worker of the next tabs has nothing but the first page.
        await first.EvaluateAsync("() => inbox.signOut()");
        await first.ReloadAsync();
        await InboxTabs.UntilAsync(first, "inbox.getSnapshot().more");
        await first.EvaluateAsync("() => inbox.loadMore(100)");
        await InboxTabs.UntilAsync(first, "!inbox.getSnapshot().more && inbox.getSnapshot().items.length === 40");
        Assert.Empty(tabs.Errors);
    }

    [Fact]
    public async Task Signing_out_in_one_tab_removes_what_the_browser_keeps()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url, static _ => Worker);
        await tabs.SignOutAsync();
        Assert.Empty(tabs.Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tab_that_is_left_gives_the_tokens(bool isClosed)
    {
        using var port = LastingPort.Reserve();
        NotifyOptions WithTokens(NotifyOptions options) => options with
        {
            Listen = options.Listen with { Port = port.Number },
            Token = new TokenOptions { Secret = TokenSecret },
        };

        var broker = await Broker.StartAsync(WithTokens);
        await using var tabs = await InboxTabs.OpenAsync(
            chromium, servers.Site, broker.Url, static user => $"{Worker}, token: () => '{TokenOf(user)}'");
        var (first, second) = (tabs.Pages[0], await tabs.AddAsync());
        await InboxTabs.LiveAsync(second);
        await tabs.ConnectionsAsync(1);

        // The worker would ask the second tab first, from which it has heard last.
        var (gone, left) = (second, first);
        var dialog = isClosed ? null : await InboxTabs.StopAsync(gone);
        if (isClosed)
        {
            await gone.CloseAsync();
        }

        await broker.DisposeAsync();
        await InboxTabs.UntilAsync(left, "inbox.getSnapshot().status === 'offline'");
        await using var again = await Broker.StartAsync(WithTokens);
        await InboxTabs.LiveAsync(left);
        await tabs.PublishAsync(1);
        await InboxTabs.UntilAsync(left, "inbox.getSnapshot().unread === 1");
        await tabs.ConnectionsAsync(1);
        if (dialog is not null)
        {
            await dialog.AcceptAsync();
            await InboxTabs.UntilAsync(gone, "inbox.getSnapshot().unread === 1");
        }

        Assert.Empty(tabs.Errors);
    }

    [Theory]
    [InlineData("/client/missing.js")]
    [InlineData("/scripts/silent.js")]
    [InlineData("https://example.invalid/worker.js")]
    public async Task Without_a_worker_that_starts_a_tab_has_the_connection(string url)
    {
        servers.Site.PublishScript("silent.js", "// This is not the worker.");
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url, _ => $"workerUrl: '{url}'");
        var other = await tabs.AddAsync();
        await InboxTabs.LiveAsync(other);
        await tabs.ConnectionsAsync(1);
        await tabs.PublishAsync(2);
        await InboxTabs.UntilAsync(other, "inbox.getSnapshot().unread === 2");
        await tabs.Pages[0].CloseAsync();
        tabs.Pages.RemoveAt(0);
        await tabs.PublishAsync(1);
        await InboxTabs.UntilAsync(other, "inbox.getSnapshot().unread === 3 && inbox.getSnapshot().status === 'live'");
        await tabs.ConnectionsAsync(1);
        Assert.Empty(tabs.Errors);
    }

    private static string TokenOf(string user)
    {
        static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
        var expiry = DateTimeOffset.UtcNow.AddMinutes(15).ToUnixTimeSeconds();
        var claims = JsonSerializer.SerializeToUtf8Bytes(new { sub = user, exp = expiry });
        var body = $"{Encode("""{"alg":"HS256","typ":"JWT"}"""u8)}.{Encode(claims)}";
        return $"{body}.{Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(TokenSecret), Encoding.UTF8.GetBytes(body)))}";
    }
}
