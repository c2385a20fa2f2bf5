using System.Globalization;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace Notify.Browser.Tests;

/// <summary>Tests the client of inboxes in several tabs of a browser.</summary>
public sealed class InboxTabsTests(Chromium chromium, Servers servers, ITestOutputHelper output)
    : IClassFixture<Chromium>, IClassFixture<Servers>
{
    [Fact]
    public async Task Six_tabs_share_one_connection_and_show_each_toast_once()
    {
        // More than an inbox has.
        const int Count = 400;
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url);
        for (var i = 1; i < 6; i++)
        {
            await InboxTabs.LiveAsync(await tabs.AddAsync());
        }

        await tabs.ConnectionsAsync(1);
        await tabs.PublishAsync(Count);
        var unread = await tabs.CountAsync("unread");
        foreach (var page in tabs.Pages)
        {
            await InboxTabs.UntilAsync(page, $"heard.notification.length === {Count} && inbox.getSnapshot().unread === {unread}");
        }

        await tabs.ToastsAsync(Count);
        await tabs.Pages[3].EvaluateAsync("() => inbox.markRead('shown')");
        foreach (var page in tabs.Pages)
        {
            await InboxTabs.UntilAsync(page, "inbox.getSnapshot().unread === 0");
        }

        await tabs.UnreadAsync(0);
        await tabs.ConnectionsAsync(1);
        Assert.Empty(tabs.Errors);
        var (median, longest) = await tabs.SpreadAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"The numbers of the tabs were different for {median:0.0} ms in the median, and for {longest:0.0} ms at most."));
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_tab_with_the_connection_is_closed()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url);
        var other = await tabs.AddAsync();
        await InboxTabs.LiveAsync(other);
        await tabs.PublishAsync(50);
        var publishing = tabs.PublishAsync(300);
        await InboxTabs.UntilAsync(other, "heard.notification.length > 60");
        await tabs.Pages[0].CloseAsync(new PageCloseOptions { RunBeforeUnload = false });
        await publishing;

        var unread = await tabs.CountAsync("unread");
        var total = await tabs.CountAsync("total");
        await InboxTabs.UntilAsync(
            other,
            $"heard.notification.length === 350 && inbox.getSnapshot().unread === {unread}"
                + $" && new Set(inbox.getSnapshot().items.map(item => item.offset)).size === {total}");
        Assert.Equal(350, await other.EvaluateAsync<int>("() => new Set(heard.notification).size"));
        await tabs.ConnectionsAsync(1);
        Assert.Empty(tabs.Errors);
    }

    [Fact]
    public async Task A_tab_that_does_not_answer_loses_the_connection_to_one_that_somebody_looks_at()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url);
        var first = tabs.Pages[0];
        await tabs.PublishAsync(1);
        await InboxTabs.UntilAsync(first, "heard.notification.length === 1");

        var dialog = await InboxTabs.StopAsync(first);
        var other = await tabs.AddAsync();
        await InboxTabs.LiveAsync(other);
        await tabs.PublishAsync(1);
        await InboxTabs.UntilAsync(other, "inbox.getSnapshot().unread === 2 && inbox.getSnapshot().items.length === 2");
        await other.EvaluateAsync("() => inbox.markRead('shown')");

        await dialog.AcceptAsync();
        await InboxTabs.UntilAsync(first, "inbox.getSnapshot().unread === 0 && inbox.getSnapshot().items.length === 2");
        await tabs.ConnectionsAsync(1);
        await tabs.ToastsAsync(2);
        Assert.Empty(tabs.Errors);
    }

    [Fact]
    public async Task A_tab_that_the_browser_freezes_gives_the_connection_to_another_one()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url);
        var (first, other) = (tabs.Pages[0], await tabs.AddAsync());
        await InboxTabs.LiveAsync(other);
        await first.EvaluateAsync("() => void document.dispatchEvent(new Event('freeze'))");
        await tabs.PublishAsync(3);
        await InboxTabs.UntilAsync(other, "inbox.getSnapshot().unread === 3 && inbox.getSnapshot().items.length === 3");
        Assert.Equal(0, await first.EvaluateAsync<int>("() => inbox.getSnapshot().unread"));

        await first.EvaluateAsync("() => void document.dispatchEvent(new Event('resume'))");
        await InboxTabs.UntilAsync(first, "inbox.getSnapshot().unread === 3 && inbox.getSnapshot().items.length === 3");
        await tabs.ConnectionsAsync(1);
        Assert.Empty(tabs.Errors);
    }

    [Fact]
    public async Task Marks_that_are_made_without_a_server_survive_a_reload()
    {
        using var port = LastingPort.Reserve();
        var folder = Directory.CreateTempSubdirectory("notify-inbox-").FullName;
        try
        {
            var settings = new Dictionary<string, string> { ["NOTIFY_STORE"] = "sqlite:" + Path.Combine(folder, "notify.db") };
            await using var first = await BrokerProcess.StartAsync(port.Number, settings);
            await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, first.Url);
            var page = tabs.Pages[0];
            await tabs.PublishAsync(30);
            await InboxTabs.UntilAsync(page, "inbox.getSnapshot().unread === 30 && inbox.getSnapshot().items.length === 30");
            await first.CrashAsync();
            await InboxTabs.UntilAsync(page, "inbox.getSnapshot().status === 'offline'");
            await page.EvaluateAsync("() => inbox.getSnapshot().items.slice(0, 20).forEach(item => inbox.markRead(item))");

            await page.ReloadAsync();
            const string Shown = "inbox.getSnapshot().unread === 10 && inbox.getSnapshot().items.length === 30";
            await InboxTabs.UntilAsync(page, Shown + " && inbox.getSnapshot().status !== 'live'");
            await using var second = await BrokerProcess.StartAsync(port.Number, settings);
            await InboxTabs.UntilAsync(page, Shown + " && inbox.getSnapshot().status === 'live'");

            // Another browser shows what the server knows.
            await using var visit = await chromium.OpenAsync(servers.Site);
            await InboxTabs.UntilAsync(visit.Page, "inbox.getSnapshot().status === 'live' && inbox.getSnapshot().unread === 10");
            await tabs.UnreadAsync(10);
            Assert.Empty(tabs.Errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_browser_without_a_network_goes_on_when_it_is_back()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url);
        var page = tabs.Pages[0];
        await tabs.PublishAsync(2);
        await InboxTabs.UntilAsync(page, "inbox.getSnapshot().unread === 2 && inbox.getSnapshot().items.length === 2");
        await page.Context.SetOfflineAsync(true);
        await tabs.PublishAsync(1);
        await page.EvaluateAsync("() => inbox.markRead(inbox.getSnapshot().items.at(-1))");
        await page.Context.SetOfflineAsync(false);
        await InboxTabs.UntilAsync(page, "inbox.getSnapshot().unread === 2 && inbox.getSnapshot().items.length === 3");
        await tabs.ConnectionsAsync(1);
        Assert.Empty(tabs.Errors);
    }

    [Fact]
    public async Task Signing_out_in_one_tab_removes_what_the_browser_keeps()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url);
        var first = tabs.Pages[0];
        await tabs.SignOutAsync();
        await first.ReloadAsync();
        await InboxTabs.UntilAsync(first, "inbox.getSnapshot().unread === 3 && inbox.getSnapshot().items.length === 3");
        Assert.Empty(tabs.Errors);
    }

    [Fact]
    public async Task Signing_out_before_there_is_a_token_removes_what_the_browser_keeps()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url);
        var page = tabs.Pages[0];
        Assert.Equal(1, await InboxTabs.DatabasesAsync(page));

        await page.EvaluateAsync(
            """
            async ([url, user]) => {
              inbox.close();
              const { connect } = await import('/client/notify.js');
              let give;
              const late = connect({ url, token: () => new Promise(resolve => { give = resolve; }) });
              await late.signOut();
              give(`.${btoa(JSON.stringify({ sub: user }))}.`);
            }
            """,
            new[] { servers.Broker.Url, tabs.User });

        await InboxTabs.UntilAsync(page, "indexedDB.databases().then(found => found.length === 0)");
        await tabs.ConnectionsAsync(0);
        Assert.Empty(tabs.Errors);
    }

    [Fact]
    public async Task A_tab_with_a_connection_of_its_own_keeps_nothing()
    {
        await using var tabs = await InboxTabs.OpenAsync(chromium, servers.Site, servers.Broker.Url);
        var page = tabs.Pages[0];
        await page.EvaluateAsync("() => inbox.signOut()");

        await page.EvaluateAsync(
            """
            async ([url, user]) => {
              const { connect } = await import('/client/notify.js');
              window.inbox = connect({ url, user, tabs: 'own' });
            }
            """,
            new[] { servers.Broker.Url, tabs.User });

        await InboxTabs.LiveAsync(page);
        await tabs.PublishAsync(1);
        await InboxTabs.UntilAsync(page, "inbox.getSnapshot().unread === 1");
        await page.EvaluateAsync("() => inbox.markRead('shown')");
        await tabs.UnreadAsync(0);
        Assert.Equal(0, await InboxTabs.DatabasesAsync(page));
    }
}
