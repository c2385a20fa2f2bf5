using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>Tests the console of operators, <c>/operate</c>, as an operator uses it.</summary>
public sealed class OperatorConsoleTests(Chromium chromium, OperatedBroker broker) : IClassFixture<Chromium>, IClassFixture<OperatedBroker>
{
    public static TheoryData<string, string> Pages => new()
    {
        { "overview", "Last warnings and errors" },
        { "nodes", "Sees nodes" },
        { "channels", "user:41" },
        { "channels?name=user:41", "Newest notifications" },
        { "connections?channel=none", "No such connection is open." },
        { "notifications?user=41", "Stored, but no client has received it yet." },
        { "inbox", "What a user has read" },
        { "inbox?user=41", "Mark all as read" },
        { "tail", "Watch what is published and told, while it happens." },
        { "access", "May this client join?" },
        { "config", "NOTIFICATION_SECRET" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Each_page_shows_what_it_promises_at_both_widths(string page, string text)
    {
        await broker.SendAsync("user:41", """{"title":"Hello"}""");
        foreach (var (width, scheme) in ((int, ColorScheme)[])[(390, ColorScheme.Dark), (1280, ColorScheme.Light)])
        {
            await using var visit = await SignInAsync(page, OperatedBroker.Secret, width, scheme);

            await Assertions.Expect(visit.Page.Locator("#view")).ToContainTextAsync(text);
            await Assertions.Expect(visit.Page.Locator("#problem")).ToBeHiddenAsync();
            Assert.Equal(width, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            Assert.Empty(visit.Errors);
            if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            {
                var name = $"{page.Replace('?', '-').Replace(':', '-')}-{width}.png";
                await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name), FullPage = true });
            }
        }
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_with_the_reason()
    {
        await using var visit = await chromium.OpenAsync(broker.Url + "/operate", new BrowserNewContextOptions());
        await visit.Page.FillAsync("#secret", "wrong");
        await visit.Page.PressAsync("#secret", "Enter");

        await Assertions.Expect(visit.Page.Locator("#sign-in-problem")).ToContainTextAsync("secret");
        await Assertions.Expect(visit.Page.Locator("#pages")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_secret_that_only_sends_opens_nothing()
    {
        await using var visit = await chromium.OpenAsync(broker.Url + "/operate", new BrowserNewContextOptions());
        await visit.Page.FillAsync("#secret", "shop-secret");
        await visit.Page.PressAsync("#secret", "Enter");

        await Assertions.Expect(visit.Page.Locator("#sign-in-problem"))
            .ToHaveTextAsync("The secret shop has neither the scope read nor admin.");
    }

    [Fact]
    public async Task A_secret_that_reads_does_not_show_what_it_may_not_do()
    {
        await using var visit = await SignInAsync("overview", "report-secret");

        await Assertions.Expect(visit.Page.Locator("#pages a"))
            .ToHaveTextAsync(["Overview", "Nodes", "Channels", "Did they get it?", "Inbox", "Tail"]);
        await visit.Page.GotoAsync(broker.Url + "/operate#/connections");
        await Assertions.Expect(visit.Page.Locator("#view")).ToContainTextAsync("Channels in memory");
        await Assertions.Expect(visit.Page.Locator("#problem")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task It_says_whether_user_42_got_it()
    {
        await using var client = await ConsoleVisit.OpenAsync(chromium, broker.Url);
        await client.JoinAsync("user:42");
        await broker.SendAsync("user:42", """{"title":"Hello"}""");
        await broker.SendAsync("user:43", """{"title":"Hello"}""");

        await using var visit = await SignInAsync("notifications", OperatedBroker.Secret);
        await visit.Page.FillAsync("#user", "42");
        await visit.Page.PressAsync("#user", "Enter");
        await Assertions.Expect(visit.Page.Locator(".trail")).ToContainTextAsync("Written to 1 of 1 socket on 1 node.");
        await Assertions.Expect(visit.Page.Locator(".trail .state-word")).ToHaveTextAsync("delivered");

        await visit.Page.FillAsync("#user", "43");
        await visit.Page.PressAsync("#user", "Enter");
        await Assertions.Expect(visit.Page.Locator(".trail .state-word")).ToHaveTextAsync("waiting");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task An_inbox_is_counted_and_marked_by_the_keyboard()
    {
        await broker.SendAsync("user:45", """{"title":"First"}""");
        await broker.SendAsync("user:45", """{"title":"Second"}""");
        await using var visit = await SignInAsync("inbox", OperatedBroker.Secret);
        await visit.Page.FillAsync("#user", "45");
        await visit.Page.PressAsync("#user", "Enter");
        var items = visit.Page.Locator(".events li");
        await Assertions.Expect(items).ToHaveCountAsync(2);
        await Assertions.Expect(items.First).ToContainTextAsync("Second");
        await Assertions.Expect(Number("unread")).ToHaveTextAsync("2");

        // The focus stays on the button, which now takes the mark back.
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Mark as read: item 2" }).FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator(".answer")).ToHaveTextAsync("Item 2 is read.");
        await Assertions.Expect(Number("unread")).ToHaveTextAsync("1");
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Mark as unread: item 2" })).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Number("unread")).ToHaveTextAsync("2");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Archive: item 1" }).ClickAsync();
        await Assertions.Expect(items).ToHaveCountAsync(1);
        await Assertions.Expect(Number("archived")).ToHaveTextAsync("1");
        visit.Page.Dialog += async (_, dialog) => await dialog.AcceptAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Delete: item 2" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#view")).ToContainTextAsync("There are no such items.");
        await Assertions.Expect(Number("total")).ToHaveTextAsync("1");

        // What others do is shown, too.
        await broker.SendAsync("user:45", """{"title":"Third"}""");
        await Assertions.Expect(items.First).ToContainTextAsync("Third");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await Assertions.Expect(Number("unread")).ToHaveTextAsync("0");
        await visit.Page.SelectOptionAsync("#items", "archived");
        await Assertions.Expect(items.First).ToContainTextAsync("First");
        Assert.Empty(visit.Errors);

        ILocator Number(string name) => visit.Page.Locator($".tile[data-number={name}] b");
    }

    [Fact]
    public async Task A_secret_that_reads_sees_an_inbox_and_marks_nothing()
    {
        await broker.SendAsync("user:46", """{"title":"Hello"}""");
        await using var visit = await SignInAsync("inbox?user=46", "report-secret");
        await Assertions.Expect(visit.Page.Locator(".events li")).ToContainTextAsync("Hello");
        await Assertions.Expect(visit.Page.Locator("#view button")).ToHaveTextAsync(["Show", "Newest", "Older"]);
    }

    [Fact]
    public async Task A_connection_is_found_and_ended()
    {
        await using var client = await ConsoleVisit.OpenAsync(chromium, broker.Url);
        await client.JoinAsync("team:1");

        await using var visit = await SignInAsync("connections?channel=team:1", OperatedBroker.Secret);
        await visit.Page.Locator("tbody a").First.ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#view")).ToContainTextAsync("team:1");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Trace" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#view")).ToContainTextAsync("Nothing has happened yet.");
        await client.JoinAsync("team:2");
        var events = visit.Page.Locator("section", new PageLocatorOptions { HasText = "Events" }).Locator("tbody tr");
        await Assertions.Expect(events.First).ToContainTextAsync("team:2");
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Disconnect" }).ClickAsync();

        await Assertions.Expect(visit.Page.Locator(".answer")).ToHaveTextAsync("The connection ends.");
        await Assertions.Expect(events.First).ToContainTextAsync("disconnected");
        await Assertions.Expect(visit.Page.Locator(".state-word")).ToHaveTextAsync("ended");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_tail_shows_what_is_published()
    {
        await using var visit = await SignInAsync("tail?channel=order:*", OperatedBroker.Secret);
        await Assertions.Expect(visit.Page.Locator("#view")).ToContainTextAsync("Watching.");

        // The tail begins at the server after the page says so, so that one notification could be too early.
        var shown = Assertions.Expect(visit.Page.Locator(".events li").First).ToContainTextAsync("order:1");
        do
        {
            await broker.SendAsync("order:1", """{"title":"Paid"}""");
        }
        while (await Task.WhenAny(shown, Task.Delay(TimeSpan.FromMilliseconds(50))) != shown);
        await shown;
        await Assertions.Expect(visit.Page.Locator(".events pre").First).ToHaveTextAsync("""{"title":"Paid"}""");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_keyboard_reaches_every_page_and_keeps_its_place_while_lists_change()
    {
        await broker.SendAsync("user:44", """{"title":"Hello"}""");
        await using var visit = await chromium.OpenAsync(broker.Url + "/operate", new BrowserNewContextOptions());
        await visit.Page.FocusAsync("#secret");
        await visit.Page.Keyboard.TypeAsync(OperatedBroker.Secret);
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("#view")).ToContainTextAsync("Channels in memory");
        for (var i = 0; i < 20 && await FocusedAsync(visit.Page) != "#/nodes"; i++)
        {
            await visit.Page.Keyboard.PressAsync("Shift+Tab");
        }

        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("#view")).ToContainTextAsync("Sees nodes");

        await visit.Page.GotoAsync(broker.Url + "/operate#/notifications?channel=user:44");
        var link = visit.Page.Locator(".trail a").First;
        await link.FocusAsync();
        var focused = await FocusedAsync(visit.Page);
        await broker.SendAsync("user:44", """{"title":"Again"}""");
        await Assertions.Expect(visit.Page.Locator(".trail")).ToHaveCountAsync(2);
        Assert.Equal(focused, await FocusedAsync(visit.Page));
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task The_API_is_described_without_anything_from_elsewhere(int width)
    {
        var elsewhere = new List<string>();
        await using var visit = await chromium.OpenAsync(broker.Url + "/docs", new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        visit.Page.Request += (_, request) => elsewhere.Add(request.Url);
        await visit.Page.ReloadAsync();
        await Assertions.Expect(visit.Page.Locator("#publish summary")).ToContainTextAsync("/api/notifications");
        await visit.Page.Locator("#publish summary").ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#publish pre")).ToContainTextAsync($"curl -X POST '{broker.Url}/api/notifications'");
        await visit.Page.Locator("#publish a", new PageLocatorOptions { HasText = "Results" }).ClickAsync();
        await Assertions.Expect(visit.Page.Locator("#Results")).ToHaveAttributeAsync("open", "");

        Assert.Equal(width, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.All(elsewhere, url => Assert.StartsWith(broker.Url, url, StringComparison.Ordinal));
        Assert.Empty(visit.Errors);
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
        {
            await visit.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"docs-{width}.png") });
        }
    }

    private static Task<string?> FocusedAsync(IPage page) =>
        page.EvaluateAsync<string?>("document.activeElement.getAttribute('href')");

    private async Task<Visit> SignInAsync(
        string page, string secret, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var visit = await chromium.OpenAsync($"{broker.Url}/operate#/{page}", new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
        });
        await visit.Page.FillAsync("#secret", secret);
        await visit.Page.PressAsync("#secret", "Enter");
        await Assertions.Expect(visit.Page.Locator("#pages")).ToBeVisibleAsync();
        return visit;
    }
}
