using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests what the bell shows and does, with an inbox that needs no server.</summary>
public class BellTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task The_button_says_the_number_and_follows_it()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, attributes: "max=3");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications, 3 unread");
        await Expect(visit.Bell).ToHaveTextAsync("3");
        await visit.ArriveAsync(200, "One more");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications, 4 unread");
        await Expect(visit.Bell).ToHaveTextAsync("3+");
        await visit.Page.EvaluateAsync("inbox.markRead('shown')");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications");
        await Expect(visit.Bell.Locator(".badge")).ToBeHiddenAsync();
        Assert.Equal(["count", "toast 200", "count", "count"], await visit.EventsAsync());
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task What_the_panel_shows_is_seen_and_what_was_unread_keeps_its_dot_until_it_closes()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await Expect(visit.Bell).ToHaveAttributeAsync("aria-expanded", "false");
        await visit.OpenPanelAsync();
        await Expect(visit.Bell).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(visit.Items).ToHaveCountAsync(7);
        Assert.Equal(["seen shown"], await visit.CallsAsync());

        await visit.Page.EvaluateAsync("inbox.markRead('shown')");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications");
        await Expect(visit.Items.Locator(".unread:visible")).ToHaveCountAsync(3);
        await Expect(visit.Items.First).ToHaveAccessibleNameAsync("Unread Anna Keller replied to your comment");

        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Panel).ToBeHiddenAsync();
        await visit.OpenPanelAsync();
        await Expect(visit.Items.Locator(".unread:visible")).ToHaveCountAsync(0);
        await Expect(visit.Items.First).ToHaveAccessibleNameAsync("Anna Keller replied to your comment");
        Assert.Equal(["count", "open", "count", "count", "close", "open"], await visit.EventsAsync());
    }

    [Fact]
    public async Task A_click_goes_to_the_address_of_the_item_and_marks_it()
    {
        await using var visit = await BellVisit.OpenAsync(chromium,
            "bell.inbox = window.inbox = fakeInbox([item(1, { title: 'Anna replied', url: '/#c4' })]);");
        await visit.OpenPanelAsync();
        await visit.Items.First.ClickAsync();
        await visit.Page.WaitForURLAsync("**/#c4");
        await Expect(visit.Panel).ToBeHiddenAsync();
        Assert.Equal(["seen shown", "click 1"], await visit.CallsAsync());
    }

    [Fact]
    public async Task A_page_may_go_there_itself()
    {
        await using var visit = await BellVisit.OpenAsync(chromium,
            BellVisit.Sample + "bell.addEventListener('notify-click', (event) => event.preventDefault());");
        await visit.OpenPanelAsync();
        await visit.Items.First.ClickAsync();
        await Expect(visit.Panel).ToBeHiddenAsync();
        Assert.EndsWith("/", visit.Page.Url, StringComparison.Ordinal);
        Assert.Equal(["seen shown", "click 100"], await visit.CallsAsync());
        Assert.Contains("click 100", await visit.EventsAsync());
    }

    [Fact]
    public async Task An_action_is_told_and_the_item_is_marked()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.OpenPanelAsync();
        await visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        Assert.Equal("action 99 accept", (await visit.EventsAsync()).Last(text => !text.StartsWith("count", StringComparison.Ordinal)));
        Assert.Contains("click 99", await visit.CallsAsync());
        Assert.DoesNotContain("click 99", await visit.EventsAsync());
        await Expect(visit.Panel).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_in_view_for_a_second_and_a_half_is_read()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, attributes: "read-on=view");
        await visit.StopClockAsync();
        await visit.OpenPanelAsync();
        await visit.Page.Clock.RunForAsync(1400);
        Assert.Equal(["seen shown"], await visit.CallsAsync());
        await visit.Page.Clock.RunForAsync(600);
        Assert.Equal(["seen shown", "read 100", "read 99", "read 98"], await visit.CallsAsync());
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications");
        await Expect(visit.Items.Locator(".unread:visible")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task What_was_not_in_view_stays_unread()
    {
        await using var visit = await BellVisit.OpenAsync(chromium,
            "bell.inbox = window.inbox = fakeInbox(Array.from({ length: 40 }, (_, i) => item(40 - i, `News ${i}`)));", "read-on=view");
        await visit.StopClockAsync();
        await visit.OpenPanelAsync();
        await visit.Page.Clock.RunForAsync(3000);
        var calls = await visit.CallsAsync();
        Assert.Contains("read 40", calls);
        Assert.DoesNotContain("read 1", calls);
    }

    [Fact]
    public async Task All_are_marked_at_once()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.OpenPanelAsync();
        var button = visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Mark all as read" });
        await button.ClickAsync();
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications");
        await Expect(visit.Items.Locator(".unread:visible")).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("You have read everything");
        await Expect(button).ToHaveAttributeAsync("aria-disabled", "true");
        Assert.Equal(["seen shown", "read shown"], await visit.CallsAsync());
    }

    [Fact]
    public async Task The_filter_shows_what_is_unread()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.OpenPanelAsync();
        var unread = visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Unread 3" });
        await unread.ClickAsync();
        await Expect(visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Unread 3", Pressed = true })).ToBeVisibleAsync();
        await Expect(visit.Items).ToHaveCountAsync(3);

        // What is read stays for as long as one looks.
        await visit.Page.EvaluateAsync("inbox.markRead('shown')");
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications");
        await Expect(visit.Items).ToHaveCountAsync(3);
        await visit.Panel.GetByRole(AriaRole.Button, new() { Name = "All", Exact = true }).ClickAsync();
        await Expect(visit.Items).ToHaveCountAsync(7);
        await visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Unread", Exact = true }).ClickAsync();
        await Expect(visit.Panel.GetByText("You have read everything")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Older_items_are_loaded_by_the_button_and_by_scrolling()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, """
            const older = Array.from({ length: 20 }, (_, i) => item(20 - i, `Old ${20 - i}`));
            bell.inbox = window.inbox = fakeInbox([item(21, 'New')], { older });
            """);
        await visit.OpenPanelAsync();
        var more = visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Load more" });
        await more.ClickAsync();
        await Expect(visit.Items).ToHaveCountAsync(11);
        await visit.Panel.Locator(".scroll").EvaluateAsync("node => node.scrollTop = 1e6");
        await Expect(visit.Items).ToHaveCountAsync(21);
        await Expect(more).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_filter_loads_until_it_has_something_to_show()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, """
            const older = Array.from({ length: 30 }, (_, i) => item(30 - i, `Old ${30 - i}`, { seen: true, read: i < 29 }));
            bell.inbox = window.inbox = fakeInbox([item(31, 'New')], { older });
            const { getSnapshot } = inbox;
            inbox.getSnapshot = () => ({ ...getSnapshot(), unread: 2 });
            """);
        await visit.OpenPanelAsync();
        await visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Unread 2" }).ClickAsync();
        await Expect(visit.Items).ToHaveCountAsync(2);
        Assert.Equal(3, (await visit.CallsAsync()).Count(call => call == "more"));
    }

    [Fact]
    public async Task An_empty_inbox_says_so()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, "bell.inbox = window.inbox = fakeInbox([]);");
        await visit.OpenPanelAsync();
        await Expect(visit.Panel.GetByText("No notifications")).ToBeVisibleAsync();
        await Expect(visit.Panel).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_connection_that_is_refused_can_be_tried_again()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, "bell.inbox = window.inbox = fakeInbox([], { status: 'denied' });");
        await visit.OpenPanelAsync();
        await Expect(visit.Panel.GetByText("Notifications are unavailable. Your sign-in may have expired.")).ToBeVisibleAsync();
        await Expect(visit.Panel.GetByText("No notifications")).ToBeHiddenAsync();
        await visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(visit.Panel.GetByText("No notifications")).ToBeVisibleAsync();
        Assert.Equal(["retry"], await visit.CallsAsync());
    }

    [Fact]
    public async Task A_list_that_may_be_old_says_so_and_one_that_is_on_its_way_is_not_called_empty()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, "bell.inbox = window.inbox = fakeInbox([], { status: 'connecting' });");
        await visit.OpenPanelAsync();
        await Expect(visit.Panel.GetByRole(AriaRole.Feed)).ToHaveAttributeAsync("aria-busy", "true");
        await Expect(visit.Panel.GetByText("No notifications")).ToBeHiddenAsync();
        await visit.Page.EvaluateAsync("inbox.become('offline')");
        await Expect(visit.Panel.GetByText("You are offline. This list may be out of date.")).ToBeVisibleAsync();
        await visit.Page.EvaluateAsync("inbox.become('live')");
        await Expect(visit.Panel.GetByText("You are offline.")).ToBeHiddenAsync();
    }
}
