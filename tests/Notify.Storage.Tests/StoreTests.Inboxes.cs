using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Protocol.Tokens;

namespace Notify.Storage.Tests;

/// <summary>Tests how the marks of inboxes are stored.</summary>
public abstract partial class StoreTests
{
    private static readonly ChannelOptions WithInboxes = new() { Inboxes = [Pattern("user:*")], HistorySize = 3, InboxSize = 8 };

    [Fact]
    public async Task Marks_are_read_by_the_next_owner()
    {
        await ReopenAsync(channels: WithInboxes);
        var channel = await Store.ClaimAsync("user:7").Soon();
        Assert.Equal((ChannelKind.Inbox, null), (channel.Kind, channel.Inbox));
        await AppendAsync(channel, 1, 2);
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(channel, new StoredInbox(1, [1, 2]), 2).Soon());
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(channel, new StoredInbox(2, [3, 4, 5]), 2).Soon());

        await ReopenAsync(channels: WithInboxes);
        var again = await Store.LookAsync("user:7").Soon();

        Assert.Equal(channel.Head with { Offset = 2 }, again.Head);
        Assert.Equal((ChannelKind.Inbox, 2L), (again.Kind, again.Inbox!.Revision));
        Assert.Equal([3, 4, 5], again.Inbox.State);
        Assert.Null((await Store.ClaimAsync("user:8").Soon()).Inbox);
    }

    [Fact]
    public async Task Marks_under_way_beside_publishes_are_stored_in_their_order()
    {
        await ReopenAsync(channels: WithInboxes);
        var channel = await Store.ClaimAsync("user:7").Soon();
        var results = new List<Task<AppendOutcome>>();
        for (var i = 1; i <= 50; i++)
        {
            results.Add(Store.AppendAsync(channel, Notification(channel, i), null));
            results.Add(Store.SaveInboxAsync(channel, new StoredInbox(i, BitConverter.GetBytes(i)), i));
        }

        Assert.All(await Task.WhenAll(results).Soon(), outcome => Assert.Equal(AppendOutcome.Stored, outcome));
        var again = await Store.ClaimAsync("user:7").Soon();
        Assert.Equal((50L, 50L), (again.Head.Offset, again.Inbox!.Revision));
        Assert.Equal(BitConverter.GetBytes(50), again.Inbox.State);
    }

    [Fact]
    public async Task Marks_of_a_former_owner_out_of_order_or_ahead_of_the_history_are_not_stored()
    {
        await ReopenAsync(channels: WithInboxes);
        var former = await Store.ClaimAsync("user:7").Soon();
        await AppendAsync(former, 1, 2);
        Assert.Equal(AppendOutcome.Fenced, await Store.SaveInboxAsync(former, new StoredInbox(2, [2]), 2).Soon());
        Assert.Equal(AppendOutcome.Fenced, await Store.SaveInboxAsync(former, new StoredInbox(1, [1]), 3).Soon());
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(former, new StoredInbox(1, [1]), 2).Soon());
        Assert.Equal(AppendOutcome.Fenced, await Store.SaveInboxAsync(former, new StoredInbox(1, [9]), 2).Soon());

        var owner = await Store.ClaimAsync("user:7").Soon();
        Assert.Equal(AppendOutcome.Fenced, await Store.SaveInboxAsync(former, new StoredInbox(2, [7]), 2).Soon());
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(owner, new StoredInbox(2, [2]), 2).Soon());
        Assert.Equal([2], (await Store.ClaimAsync("user:7").Soon()).Inbox!.State);
    }

    [Fact]
    public async Task A_channel_that_was_stored_before_inboxes_were_becomes_one_with_its_first_marks()
    {
        var plain = await Store.ClaimAsync("user:7").Soon();
        await AppendAsync(plain, 1, 2);

        await ReopenAsync(channels: WithInboxes);
        var first = await Store.ClaimAsync("user:7").Soon();
        Assert.Equal((ChannelKind.Plain, null), (first.Kind, first.Inbox));
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(first, new StoredInbox(1, [1]), 2).Soon());

        Assert.Equal(ChannelKind.Inbox, (await Store.ClaimAsync("user:7").Soon()).Kind);
    }

    [Fact]
    public async Task An_inbox_is_trimmed_by_its_own_size_and_age()
    {
        var quick = new StoreOptions { Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(10) };
        await ReopenAsync(quick, WithInboxes with { HistoryTtl = TimeSpan.FromSeconds(1) });
        var inbox = await Store.ClaimAsync("user:7").Soon();
        var plain = await Store.ClaimAsync("plain").Soon();
        await AppendAsync(inbox, 1, 12);
        await AppendAsync(plain, 1, 12);

        await Eventually.HoldsAsync(
            async () => (await PageAsync(plain, StoredPage.Earliest)).From == 12, "The plain channel is not trimmed by age.");
        await Eventually.HoldsAsync(
            async () => (await PageAsync(inbox, StoredPage.Earliest)).From == 4, "The inbox does not have its last eight.");
    }

    [Fact]
    public async Task Marks_go_with_the_head_of_their_channel()
    {
        var quick = new StoreOptions
        {
            Afterlife = TimeSpan.FromMilliseconds(10),
            Grace = TimeSpan.Zero,
            TrimInterval = TimeSpan.FromMilliseconds(10),
        };
        await ReopenAsync(quick, WithInboxes with { InboxTtl = TimeSpan.FromSeconds(1), HistoryTtl = TimeSpan.FromSeconds(1) });
        var inbox = await Store.ClaimAsync("user:7").Soon();
        await AppendAsync(inbox, 1, 1);
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(inbox, new StoredInbox(1, [1]), 1).Soon());
        Store.Release(inbox);

        await Eventually.HoldsAsync(
            async () => (await Store.ListAsync("", null, 10).Soon()).Count == 0, "The channel is not forgotten.");

        // A process that knows that the channel had notifications would take it for damaged.
        await ReopenAsync(channels: WithInboxes);
        Assert.Null((await Store.ClaimAsync("user:7").Soon()).Inbox);
    }

    internal static ChannelPattern Pattern(string text)
    {
        Assert.True(ChannelPattern.TryParse(text, out var pattern));
        return pattern;
    }
}
