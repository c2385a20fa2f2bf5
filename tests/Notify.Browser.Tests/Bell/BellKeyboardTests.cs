using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests that everything can be done with the keyboard.</summary>
public class BellKeyboardTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_walk_through_the_list()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        var keyboard = visit.Page.Keyboard;
        await keyboard.PressAsync("Tab");
        await Expect(visit.Bell).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Expect(visit.Items.First).ToBeFocusedAsync();
        foreach (var (key, index) in new[]
        {
            ("ArrowDown", 1), ("PageDown", 2), ("ArrowUp", 1), ("End", 6), ("ArrowDown", 6), ("PageUp", 5), ("Home", 0), ("ArrowUp", 0),
        })
        {
            await keyboard.PressAsync(key);
            await Expect(visit.Items.Nth(index)).ToBeFocusedAsync();
        }

        await keyboard.PressAsync("Escape");
        await Expect(visit.Panel).ToBeHiddenAsync();
        await Expect(visit.Bell).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Letters_mark_the_item()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        var keyboard = visit.Page.Keyboard;
        await visit.Bell.FocusAsync();
        await keyboard.PressAsync("Enter");
        await Expect(visit.Items.First).ToBeFocusedAsync();
        await keyboard.PressAsync("r");
        await Expect(visit.Items.First).ToHaveAccessibleNameAsync("Anna Keller replied to your comment");
        await keyboard.PressAsync("r");
        await Expect(visit.Items.First).ToHaveAccessibleNameAsync("Unread Anna Keller replied to your comment");
        await keyboard.PressAsync("e");
        await Expect(visit.Items).ToHaveCountAsync(6);

        // The focus goes to the item that takes the place.
        await Expect(visit.Items.First).ToBeFocusedAsync();
        await Expect(visit.Items.First).ToHaveAccessibleNameAsync("Unread Marco invited you to the project “Atlas”");
        await keyboard.PressAsync("Delete");
        await Expect(visit.Items).ToHaveCountAsync(5);
        await Expect(visit.Items.First).ToBeFocusedAsync();
        await keyboard.PressAsync("Escape");
        Assert.Equal(["seen shown", "read 100", "unread 100", "archive 100", "remove 99"], await visit.CallsAsync());
    }

    [Fact]
    public async Task Enter_opens_the_item_and_Tab_reaches_its_buttons()
    {
        await using var visit = await BellVisit.OpenAsync(chromium,
            BellVisit.Sample + "bell.addEventListener('notify-click', (event) => event.preventDefault());");
        var keyboard = visit.Page.Keyboard;
        await visit.Bell.FocusAsync();
        await keyboard.PressAsync("Enter");
        await Expect(visit.Items.First).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowDown");
        var item = visit.Items.Nth(1);
        foreach (var (role, name) in new[]
        {
            (AriaRole.Link, "Marco invited you to the project “Atlas”"), (AriaRole.Button, "Accept"), (AriaRole.Button, "Decline"),
            (AriaRole.Button, "Mark as read"), (AriaRole.Button, "Archive"), (AriaRole.Button, "Delete"),
        })
        {
            await keyboard.PressAsync("Tab");
            await Expect(item.GetByRole(role, new() { Name = name })).ToBeFocusedAsync();
        }

        // The other items are not on the way out of the list.
        await keyboard.PressAsync("Tab");
        await Expect(visit.Items.Locator(":focus")).ToHaveCountAsync(0);
        await keyboard.PressAsync("Shift+Tab");
        await keyboard.PressAsync("ArrowUp");
        await Expect(visit.Items.First).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Expect(visit.Panel).ToBeHiddenAsync();
        await Expect(visit.Bell).ToBeFocusedAsync();
        Assert.Equal(["seen shown", "click 100"], await visit.CallsAsync());
    }

    [Fact]
    public async Task Keys_are_for_a_field_that_the_page_put_into_the_panel()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, content: "<input slot=footer aria-label=Search>");
        await visit.OpenPanelAsync();
        await visit.Page.GetByLabel("Search").PressSequentiallyAsync("ere");
        await Expect(visit.Page.GetByLabel("Search")).ToHaveValueAsync("ere");
        Assert.Equal(["seen shown"], await visit.CallsAsync());
    }

    [Fact]
    public async Task The_focus_waits_for_the_first_item()
    {
        await using var visit = await BellVisit.OpenAsync(chromium, "bell.inbox = window.inbox = fakeInbox([], { status: 'connecting' });");
        await visit.OpenPanelAsync();
        await Expect(visit.Panel).ToBeFocusedAsync();
        await visit.ArriveAsync(1, "First");
        await Expect(visit.Items).ToBeFocusedAsync();
        await visit.Panel.GetByRole(AriaRole.Button, new() { Name = "All", Exact = true }).FocusAsync();
        await visit.ArriveAsync(2, "Second");
        await Expect(visit.Items).ToHaveCountAsync(2);
        await Expect(visit.Panel.GetByRole(AriaRole.Button, new() { Name = "All", Exact = true })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task An_item_that_arrives_leaves_the_focus_where_it_is()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.OpenPanelAsync();
        await Expect(visit.Items.First).ToBeFocusedAsync();
        await visit.ArriveAsync(200, "News");
        await Expect(visit.Items).ToHaveCountAsync(8);
        await Expect(visit.Items.Nth(1)).ToBeFocusedAsync();
        await Expect(visit.Items.Nth(1)).ToHaveAttributeAsync("aria-posinset", "2");
    }
}
