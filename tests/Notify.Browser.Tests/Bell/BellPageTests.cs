using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests how the bell fits into pages: toasts, titles, languages, places and scripts that come late.</summary>
public class BellPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task What_arrives_is_shown_for_a_while()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.StopClockAsync();
        await visit.ArriveAsync(200, new { title = "News", url = "/#news" });
        var toast = visit.Page.Locator(".toast");
        await Expect(toast).ToContainTextAsync("News");
        await visit.Page.Clock.RunForAsync(6100);
        await Expect(toast).ToHaveCountAsync(0);

        await visit.ArriveAsync(201, new { title = "More news", url = "/#more" });
        await toast.GetByRole(AriaRole.Link).ClickAsync();
        await visit.Page.WaitForURLAsync("**/#more");
        await Expect(toast).ToHaveCountAsync(0);
        Assert.Equal(["click 201"], await visit.CallsAsync());

        foreach (var offset in new[] { 202, 203, 204, 205 })
        {
            await visit.ArriveAsync(offset, $"News {offset}");
        }

        await Expect(toast.Locator(".title")).ToHaveTextAsync(["News 203", "News 204", "News 205"]);
        await toast.First.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(toast).ToHaveCountAsync(2);
        await visit.OpenPanelAsync();
        await Expect(toast).ToHaveCountAsync(0);
        await visit.ArriveAsync(206, "In the list");
        await Expect(visit.Items.First).ToContainTextAsync("In the list");
        await Expect(toast).ToHaveCountAsync(0);
        Assert.Equal(["click 201"], (await visit.CallsAsync()).Where(call => call.StartsWith("click", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_page_may_show_toasts_itself()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, BellVisit.Sample + """
            bell.addEventListener('notify-toast', (event) => {
              event.preventDefault();
              document.querySelector('h1').textContent = event.detail.item.data;
            });
            """);
        await visit.ArriveAsync(200, "News");
        await Expect(visit.Page.Locator("h1")).ToHaveTextAsync("News");
        await Expect(visit.Page.Locator(".toast")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_title_of_the_page_has_the_number()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, attributes: "title-badge");
        await Expect(visit.Page).ToHaveTitleAsync("(3) Acme");
        await visit.Page.EvaluateAsync("document.title = 'Other page'");
        await Expect(visit.Page).ToHaveTitleAsync("(3) Other page");
        await visit.ArriveAsync(200, "News");
        await Expect(visit.Page).ToHaveTitleAsync("(4) Other page");
        await visit.Page.EvaluateAsync("inbox.markRead('shown')");
        await Expect(visit.Page).ToHaveTitleAsync("Other page");
        await visit.ArriveAsync(201, "News");
        await Expect(visit.Page).ToHaveTitleAsync("(1) Other page");
        await visit.Page.EvaluateAsync("bell.remove()");
        await Expect(visit.Page).ToHaveTitleAsync("Other page");
    }

    [Fact]
    public async Task The_icon_of_an_installed_page_has_the_number()
    {
        await using var visit = await BellVisit.OpenAsync(chromium,
            "window.set = []; navigator.setAppBadge = async (n) => set.push(n);" + BellVisit.Sample);
        await visit.Page.EvaluateAsync("inbox.markRead('shown')");
        await visit.Page.WaitForFunctionAsync("set.join() === '3,0'");
    }

    [Theory]
    [InlineData("lang=en", "Notifications, 3 unread", "Mark all as read", "2 min. ago")]
    [InlineData("lang=de-AT", "Benachrichtigungen, 3 ungelesen", "Alle als gelesen markieren", "vor 2 Min.")]
    [InlineData("lang=fr", "Notifications, 3 non lues", "Tout marquer comme lu", "il y a 2 min")]
    [InlineData("lang=es", "Notificaciones, 3 sin leer", "Marcar todo como leído", "hace 2 min")]
    [InlineData("lang=xx", "Notifications, 3 unread", "Mark all as read", "2 min. ago")]
    [InlineData("lang=de_DE", "Notifications, 3 unread", "Mark all as read", "2 min. ago")]
    public async Task It_speaks_the_language_of_the_page(string html, string name, string markAll, string time)
    {
        await using var visit = await BellVisit.OpenAsync(chromium, html: html);
        await Expect(visit.Bell).ToHaveAccessibleNameAsync(name);
        await visit.OpenPanelAsync();
        await Expect(visit.Panel.GetByRole(AriaRole.Button, new() { Name = markAll })).ToBeVisibleAsync();
        await Expect(visit.Items.First.Locator("time")).ToHaveTextAsync(time);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_page_may_have_its_own_texts_and_change_the_language()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, BellVisit.Sample + """
            const unreadCount = { one: '{n} nieprzeczytane', few: '{n} nieprzeczytane', other: '{n} nieprzeczytanych' };
            bell.texts = { title: 'Powiadomienia', unreadCount };
            """, "lang=pl");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Powiadomienia, 3 nieprzeczytane");
        await visit.Page.EvaluateAsync("bell.texts = null; bell.lang = 'es'");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notificaciones, 3 sin leer");
        await visit.OpenPanelAsync();
        await Expect(visit.Panel.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Notificaciones");
        await visit.Page.EvaluateAsync("bell.lang = 'fr'");
        await Expect(visit.Items.First.Locator("time")).ToHaveTextAsync("il y a 2 min");
    }

    [Theory]
    [InlineData("ltr", "bottom-end", "end")]
    [InlineData("ltr", "top-start", "end")]
    [InlineData("rtl", "bottom-end", "start")]
    [InlineData("rtl", "bottom-start", "start")]
    public async Task The_panel_stays_in_the_window(string dir, string placement, string corner)
    {
        foreach (var (width, height) in new[] { (390, 844), (1280, 800), (320, 480) })
        {
            await using var visit = await BellVisit.OpenAsync(chromium, attributes: $"placement={placement}", html: $"lang=en dir={dir}",
                options: new() { ViewportSize = new() { Width = width, Height = height } });
            await visit.OpenPanelAsync();
            var (panel, bell) = ((await visit.Panel.BoundingBoxAsync())!, (await visit.Bell.BoundingBoxAsync())!);
            Assert.InRange(panel.X, 0, width - panel.Width);
            Assert.InRange(panel.Y, bell.Y + bell.Height, height - panel.Height);
            Assert.Equal(corner == "end", bell.X > width / 2);
        }
    }

    [Fact]
    public async Task What_the_backend_rendered_gives_way_to_the_bell()
    {
        const string State = """
            {"unread":2,"unseen":1,"total":5,"items":[{"channel":"user:42","epoch":"e","offset":5,"id":"5","at":"2026-01-01T00:00:00Z",
            "data":{"title":"Rendered"},"seen":true,"read":false,"archived":false,"clicked":false}],"channels":[]}
            """;
        await using var visit = await BellVisit.OpenAsync(chromium, "", $"state='{State}'",
            content: "<details open><summary>Notifications (2)</summary><a href=/go>Rendered</a></details>");
        await Expect(visit.Page.Locator("details")).ToBeHiddenAsync();
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications, 2 unread");
        await visit.OpenPanelAsync();
        await Expect(visit.Items.Locator(".title")).ToHaveTextAsync("Rendered");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Properties_that_were_set_before_the_script_came_are_taken()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, """
            const Bell = bell.constructor;
            const late = document.createElement('late-bell');
            late.inbox = window.inbox = fakeInbox(sampleItems());
            late.texts = { title: 'Late' };
            bell.replaceWith(late);
            customElements.define('late-bell', class extends Bell {});
            """);
        await Expect(visit.Page.Locator("late-bell .button")).ToHaveAccessibleNameAsync("Late, 3 unread");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_bell_that_is_moved_goes_on_and_one_that_is_removed_ends()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.OpenPanelAsync();
        await visit.Page.EvaluateAsync("document.querySelector('main').append(bell)");
        await Expect(visit.Panel).ToBeHiddenAsync();
        await visit.ArriveAsync(200, "News");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications, 4 unread");
        await visit.Page.EvaluateAsync("bell.remove()");
        await visit.ArriveAsync(201, "News");
        await visit.Page.EvaluateAsync("document.querySelector('main').append(bell)");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications, 5 unread");
        Assert.Equal(["toast 200"], (await visit.EventsAsync()).Where(text => text.StartsWith("toast", StringComparison.Ordinal)));
    }
}
