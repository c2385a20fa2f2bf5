using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests the bell with axe-core, and what screen readers are told.</summary>
public class BellAccessibilityTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData(ColorScheme.Light, "lang=en")]
    [InlineData(ColorScheme.Dark, "lang=en")]
    [InlineData(ColorScheme.Light, "lang=ar dir=rtl")]
    [InlineData(ColorScheme.Dark, "lang=ar dir=rtl")]
    public async Task Axe_finds_nothing(ColorScheme scheme, string html)
    {
        await using var visit = await BellVisit.OpenAsync(chromium, html: html, options: new() { ColorScheme = scheme });
        await visit.Page.AddScriptTagAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "bundles", "axe.js") });
        await Expect(visit.Bell).ToHaveTextAsync("3");
        await FindsNothingAsync(visit, "closed");

        await visit.OpenPanelAsync();
        await Expect(visit.Items).ToHaveCountAsync(7);
        await FindsNothingAsync(visit, "open");
        await visit.Items.Nth(1).HoverAsync();
        await FindsNothingAsync(visit, "with the tools of an item");
        await visit.Items.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await FindsNothingAsync(visit, "with an offer to undo");
        await visit.Page.EvaluateAsync("inbox.markRead('shown')");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications");
        await FindsNothingAsync(visit, "all read");

        foreach (var state in new[]
        {
            "[], { status: 'connecting' }", "[], { status: 'denied' }", "sampleItems(), { status: 'offline' }", "[]",
        })
        {
            await visit.Page.EvaluateAsync($"bell.inbox = window.inbox = fakeInbox({state})");
            await FindsNothingAsync(visit, state);
        }

        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.ArriveAsync(1, new { title = "News", body = "Text", url = "/", actor = new { name = "Ada Lovelace" } });
        await Expect(visit.Page.Locator(".toast")).ToBeVisibleAsync();
        await FindsNothingAsync(visit, "with a toast");
    }

    [Fact]
    public async Task The_list_says_what_it_is()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await Expect(visit.Bell).ToHaveAttributeAsync("aria-haspopup", "dialog");
        var controls = await visit.Bell.GetAttributeAsync("aria-controls");
        await visit.OpenPanelAsync();
        await Expect(visit.Panel).ToHaveAttributeAsync("id", controls!);
        await Expect(visit.Panel).ToHaveAccessibleNameAsync("Notifications");
        await Expect(visit.Panel.GetByRole(AriaRole.Feed)).ToHaveAttributeAsync("aria-busy", "false");
        await Expect(visit.Items.Nth(2)).ToHaveAttributeAsync("aria-posinset", "3");
        await Expect(visit.Items.Nth(2)).ToHaveAttributeAsync("aria-setsize", "-1");
        await Expect(visit.Items.Nth(2)).ToHaveAccessibleNameAsync("Unread Build 1482 failed");
        await Expect(visit.Items.Nth(2)).ToHaveAccessibleDescriptionAsync("tests/api: 3 of 211 tests failed 3 hr. ago");
    }

    [Fact]
    public async Task Everything_that_can_be_pressed_is_large_enough()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.OpenPanelAsync();
        var small = await visit.Page.EvaluateAsync<string[]>("""
            [...bell.shadowRoot.querySelectorAll('button, a.action')].filter((node) => node.checkVisibility())
              .filter((node) => node.offsetWidth < 24 || node.offsetHeight < 24).map((node) => node.className)
            """);
        Assert.Empty(small);
    }

    [Fact]
    public async Task A_screen_reader_is_told_one_sentence_in_five_seconds()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.StopClockAsync();
        var status = visit.Page.GetByRole(AriaRole.Status);
        await visit.ArriveAsync(200, "One");
        await Expect(status).ToHaveTextAsync("1 new notification");
        await visit.ArriveAsync(201, "Two");
        await visit.ArriveAsync(202, "Three");
        await visit.Page.Clock.RunForAsync(4900);
        await Expect(status).ToHaveTextAsync("1 new notification");
        await visit.Page.Clock.RunForAsync(200);
        await Expect(status).ToHaveTextAsync("2 new notifications");
        await visit.Page.Clock.RunForAsync(5000);
        await Expect(status).ToHaveTextAsync("");
    }

    private static async Task FindsNothingAsync(BellVisit visit, string state)
    {
        var found = await visit.Page.EvaluateAsync<string[]>("""
            axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
              nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)))
            """);
        Assert.True(found.Length == 0, $"{state}:\n{string.Join('\n', found)}");
    }
}
