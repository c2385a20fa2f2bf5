using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests the bell with the real client and server, as a team uses it.</summary>
public class BellServerTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>
{
    private static int _users;

    [Fact]
    public async Task What_one_device_does_the_others_show()
    {
        var (broker, user) = (servers.Broker.Url, NextUser());
        foreach (var title in new[] { "First", "Second", "Third" })
        {
            await BellBackend.PublishAsync(broker, $"user:{user}", new { title, url = "/#" + title });
        }

        servers.Site.PublishPage(PageOf(broker, user));
        await using var laptop = await chromium.OpenAsync(servers.Site);
        await using var phone = await chromium.OpenAsync(servers.Site);
        await NamedAsync(laptop, "Notifications, 3 unread");
        await NamedAsync(phone, "Notifications, 3 unread");

        // The toast goes away by itself.
        var toast = Expect(laptop.Page.Locator(".toast .title")).ToHaveTextAsync("Live");
        await BellBackend.PublishAsync(broker, $"user:{user}", "Live");
        await toast;
        await NamedAsync(phone, "Notifications, 4 unread");

        await Button(laptop).ClickAsync();
        await Expect(Items(laptop)).ToHaveCountAsync(4);
        await BellBackend.WaitAsync(broker, user, inbox => inbox.GetProperty("unseen").GetInt32() == 0);
        await Items(laptop).Nth(1).ClickAsync();
        await NamedAsync(phone, "Notifications, 3 unread");
        await laptop.Page.WaitForURLAsync("**/#Third");

        await Button(laptop).ClickAsync();
        await laptop.Page.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await NamedAsync(phone, "Notifications");

        await Expect(Items(laptop)).ToHaveCountAsync(4);
        await Items(laptop).First.FocusAsync();
        await laptop.Page.Keyboard.PressAsync("e");

        // The offer stays as long as the pointer is on it.
        var undo = laptop.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" });
        await undo.HoverAsync();
        await BellBackend.WaitAsync(broker, user, inbox => inbox.GetProperty("archived").GetInt32() == 1);
        await undo.ClickAsync();
        await BellBackend.WaitAsync(broker, user, inbox => inbox.GetProperty("archived").GetInt32() == 0);

        await Expect(Items(laptop)).ToHaveCountAsync(4);
        await Items(laptop).First.FocusAsync();
        await laptop.Page.Keyboard.PressAsync("Delete");
        await laptop.Page.Keyboard.PressAsync("Escape");
        await BellBackend.WaitAsync(broker, user, inbox => inbox.GetProperty("total").GetInt32() == 3);
        await Button(phone).ClickAsync();
        await Expect(Items(phone)).ToHaveCountAsync(3);
        Assert.Empty(laptop.Errors.Concat(phone.Errors));
    }

    [Fact]
    public async Task The_example_page_works_as_a_file()
    {
        var (broker, folder) = (servers.Broker.Url, Directory.CreateTempSubdirectory("notify-page-"));
        try
        {
            var page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "examples", "bell.html"));
            var file = Path.Combine(folder.FullName, "page.html");
            await File.WriteAllTextAsync(file, page.Replace("http://localhost:3000", broker, StringComparison.Ordinal));
            await using var visit = await chromium.OpenAsync("file://" + file, new BrowserNewContextOptions());
            await NamedAsync(visit, "Notifications");
            await BellBackend.PublishAsync(broker, "user:42", "Live");
            await NamedAsync(visit, "Notifications, 1 unread");
            Assert.Empty(visit.Errors);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_was_deleted_stays_deleted_when_the_page_closes_at_once()
    {
        var (broker, user) = (servers.Broker.Url, NextUser());
        await BellBackend.PublishAsync(broker, $"user:{user}", "News");
        servers.Site.PublishPage(PageOf(broker, user));
        await using var visit = await chromium.OpenAsync(servers.Site);
        await NamedAsync(visit, "Notifications, 1 unread");
        await Button(visit).ClickAsync();
        await Expect(Items(visit)).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Delete");
        await Expect(Items(visit)).ToHaveCountAsync(0);

        // The client sends it at once, or at the next visit if it was still waiting for another answer.
        await visit.Page.GotoAsync("about:blank");
        await visit.Page.GotoAsync(servers.Site.Url);
        await BellBackend.WaitAsync(broker, user, inbox => inbox.GetProperty("total").GetInt32() == 0);
    }

    [Fact]
    public async Task The_first_paint_goes_on_from_what_the_backend_rendered()
    {
        var (broker, user) = (servers.Broker.Url, NextUser());
        await BellBackend.PublishAsync(broker, $"user:{user}", new { title = "Before" });
        var state = WebUtility.HtmlEncode(await BellBackend.ReadAsync(broker, user));
        await BellBackend.PublishAsync(broker, $"user:{user}", new { title = "Between" });
        servers.Site.PublishPage(PageOf(broker, user, $"""state="{state}" """));
        await using var visit = await chromium.OpenAsync(servers.Site);
        await NamedAsync(visit, "Notifications, 2 unread");
        await Expect(visit.Page.Locator("details")).ToBeHiddenAsync();
        await Button(visit).ClickAsync();
        await Expect(Items(visit).Locator(".title")).ToHaveTextAsync(["Between", "Before"]);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Announcements_are_among_the_items()
    {
        await using var broker = await Broker.StartAsync();
        await using var site = await Site.StartAsync();
        await BellBackend.PublishAsync(broker.Url, "user:42", new { title = "Mine" });
        await BellBackend.PublishAsync(broker.Url, "announce:all", new { title = "For all" });
        site.PublishPage(PageOf(broker.Url, "42", "follow=\"announce:all\""));
        await using var visit = await chromium.OpenAsync(site);
        await NamedAsync(visit, "Notifications, 2 unread");
        await Button(visit).ClickAsync();
        await Expect(Items(visit).Locator(".title")).ToHaveTextAsync(["For all", "Mine"]);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await NamedAsync(visit, "Notifications");
        await BellBackend.WaitAsync(broker.Url, "42", inbox => inbox.GetProperty("unread").GetInt32() == 0);
    }

    [Fact]
    public async Task A_key_that_is_refused_is_said()
    {
        servers.Site.PublishPage(PageOf(servers.Broker.Url, NextUser()).Replace("NOTIFICATION_KEY", "wrong", StringComparison.Ordinal));
        await using var visit = await chromium.OpenAsync(servers.Site);
        await Button(visit).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Nothing_is_asked_before_the_user_is_known()
    {
        var (broker, user) = (servers.Broker.Url, NextUser());
        await BellBackend.PublishAsync(broker, $"user:{user}", "News");
        servers.Site.PublishPage(PageOf(broker, user).Replace($"user=\"{user}\"", "", StringComparison.Ordinal));
        await using var visit = await chromium.OpenAsync(servers.Site);
        await NamedAsync(visit, "Notifications");
        Assert.True(await visit.Page.EvaluateAsync<bool>("document.querySelector('notify-bell').inbox === null"));
        await visit.Page.EvaluateAsync($"document.querySelector('notify-bell').setAttribute('user', '{user}')");
        await NamedAsync(visit, "Notifications, 1 unread");
    }

    private static string NextUser() => $"bell{Interlocked.Increment(ref _users)}";

    private static string PageOf(string broker, string user, string attributes = "") => $"""
        <!doctype html>
        <html lang="en">
        <title>Acme</title>
        <notify-bell url="{broker}" key="NOTIFICATION_KEY" user="{user}" {attributes}>
          <details open><summary>Notifications</summary></details>
        </notify-bell>
        <script src="{broker}/client/notify-bell.min.js"></script>
        """;

    private static ILocator Button(Visit visit) => visit.Page.Locator("notify-bell .button");

    private static ILocator Items(Visit visit) => visit.Page.GetByRole(AriaRole.Article);

    private static Task NamedAsync(Visit visit, string name) => Expect(Button(visit)).ToHaveAccessibleNameAsync(name);
}
