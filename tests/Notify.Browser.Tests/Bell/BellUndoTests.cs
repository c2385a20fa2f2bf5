using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Notify.Browser.Tests.Bell;

/// <summary>Tests that users can take back what removes an item from the list.</summary>
public class BellUndoTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task An_archived_item_comes_back_as_it_was()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.OpenPanelAsync();
        await visit.Items.Nth(1).HoverAsync();
        await visit.Items.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Archive" }).ClickAsync();
        await Expect(visit.Items).ToHaveCountAsync(6);
        await Expect(visit.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Archived");
        await visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(visit.Items).ToHaveCountAsync(7);
        await Expect(visit.Items.Nth(1)).ToBeFocusedAsync();
        Assert.Equal(["seen shown", "archive 99", "unarchive 99", "unread 99"], await visit.CallsAsync());
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications, 3 unread");
    }

    [Fact]
    public async Task A_deletion_is_sent_when_the_time_to_take_it_back_is_over()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.StopClockAsync();
        await visit.OpenPanelAsync();
        await DeleteAsync(visit, 0);
        await Expect(visit.Items).ToHaveCountAsync(6);
        await Expect(visit.Bell).ToHaveAccessibleNameAsync("Notifications, 2 unread");
        await visit.Page.Clock.RunForAsync(4900);
        Assert.Equal(["seen shown"], await visit.CallsAsync());
        await visit.Page.Clock.RunForAsync(200);
        Assert.Equal(["seen shown", "remove 100"], await visit.CallsAsync());
        await Expect(visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeHiddenAsync();
        await Expect(visit.Items).ToHaveCountAsync(6);
    }

    [Fact]
    public async Task A_deletion_that_is_taken_back_is_never_sent()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.StopClockAsync();
        await visit.OpenPanelAsync();
        await DeleteAsync(visit, 0);
        await visit.Panel.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(visit.Items).ToHaveCountAsync(7);
        await Expect(visit.Items.First).ToBeFocusedAsync();
        await visit.Page.Clock.RunForAsync(10_000);
        await visit.Page.EvaluateAsync("dispatchEvent(new Event('pagehide'))");
        Assert.Equal(["seen shown"], await visit.CallsAsync());
    }

    [Theory]
    [InlineData("dispatchEvent(new Event('pagehide'))")]
    [InlineData("bell.remove()")]
    [InlineData("bell.shadowRoot.querySelector('.panel').hidePopover()")]
    [InlineData("bell.inbox = fakeInbox([])")]
    public async Task A_deletion_is_sent_before_the_offer_to_take_it_back_goes_away(string script)
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.StopClockAsync();
        await visit.OpenPanelAsync();
        await DeleteAsync(visit, 0);
        await visit.Page.EvaluateAsync(script);
        Assert.Equal(["seen shown", "remove 100"], await visit.CallsAsync());
    }

    [Fact]
    public async Task A_second_step_makes_the_first_one_final()
    {
        await using var visit = await BellVisit.OpenAsync(chromium);
        await visit.StopClockAsync();
        await visit.OpenPanelAsync();
        await DeleteAsync(visit, 0);
        await DeleteAsync(visit, 0);
        Assert.Equal(["seen shown", "remove 100"], await visit.CallsAsync());
        await Expect(visit.Items).ToHaveCountAsync(5);
    }

    private static async Task DeleteAsync(BellVisit visit, int index)
    {
        await visit.Items.Nth(index).HoverAsync();
        await visit.Items.Nth(index).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
    }
}
