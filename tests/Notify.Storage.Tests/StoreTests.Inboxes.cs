using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Protocol.Tokens;

namespace Notify.Storage.Tests;

/// <summary>Tests how the marks of inboxes are stored (P22).</summary>
public abstract partial class StoreTests
{
    private static readonly ChannelOptions WithInboxes = new()
    {
        Inboxes = [Pattern("user:*")],
        Announcements = [Pattern("announce:*")],
        HistorySize = 3,
        InboxSize = 8,
    };

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
    public async Task A_channel_becomes_one_of_announcements_with_its_first_row()
    {
        var plain = await Store.ClaimAsync("announce:all").Soon();
        await AppendAsync(plain, 1, 2);

        await ReopenAsync(channels: WithInboxes);
        var first = await Store.ClaimAsync("announce:all").Soon();
        Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(first, new StoredInbox(1, [1]), 2).Soon());
        var next = await Store.ClaimAsync("announce:all").Soon();
        Assert.Equal((ChannelKind.Announcement, 1L), (next.Kind, next.Inbox!.Revision));
        Assert.Equal(ChannelKind.Announcement, (await Store.ClaimAsync("announce:new").Soon()).Kind);
    }

    [Theory]
    [InlineData("user:7")]
    [InlineData("announce:all")]
    public async Task An_inbox_or_announcements_are_trimmed_by_their_own_size_and_age(string name)
    {
        var quick = new StoreOptions { Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(10) };
        await ReopenAsync(quick, WithInboxes with { HistoryTtl = TimeSpan.FromSeconds(1) });
        var inbox = await Store.ClaimAsync(name).Soon();
        var plain = await Store.ClaimAsync("plain").Soon();
        await AppendAsync(inbox, 1, 12);
        await AppendAsync(plain, 1, 12);

        await Eventually.HoldsAsync(
            async () => (await PageAsync(plain, StoredPage.Earliest)).From == 12, "The plain channel is not trimmed by age.");
        await Eventually.HoldsAsync(
            async () => (await PageAsync(inbox, StoredPage.Earliest)).From == 4, "The inbox does not have its last eight.");
    }

    [Fact]
    public async Task A_peek_has_everything_that_was_answered_and_takes_nothing_from_the_owner()
    {
        await ReopenAsync(channels: WithInboxes);
        var owner = await Store.ClaimAsync("user:7").Soon();
        var plain = await Store.ClaimAsync("plain").Soon();
        for (var i = 1; i <= 20; i++)
        {
            await AppendAsync(owner, i, 1);
            Assert.Equal(AppendOutcome.Stored, await Store.SaveInboxAsync(owner, new StoredInbox(i, [(byte)i]), i).Soon());
            var peeked = await Store.PeekAsync(["user:8", "user:7", "plain", "user:7"]).Soon();

            Assert.Equal([null, "user:7", "plain", "user:7"], peeked.Select(each => each?.Name));
            var (inbox, other) = (peeked[1]!, peeked[2]!);
            Assert.Equal((owner.Head with { Offset = i }, (long)i, ChannelKind.Inbox), (inbox.Head, inbox.Inbox!.Revision, inbox.Kind));
            Assert.Equal([(byte)i], inbox.Inbox.State);
            Assert.Equal((plain.Head, null, ChannelKind.Plain), (other.Head, other.Inbox, other.Kind));
            Assert.Equal(Enumerable.Range(1, i).Select(n => (long)n), Offsets(await Store.ReadAsync(inbox, 0, i, 1 << 20).Soon()));
        }

        var nobody = (await Store.PeekAsync(["user:7"]).Soon())[0]!;
        Assert.Equal(AppendOutcome.Fenced, await Store.AppendAsync(nobody, Notification(nobody, 21), null).Soon());
        Assert.Equal(AppendOutcome.Fenced, await Store.SaveInboxAsync(nobody, new StoredInbox(21, [9]), 20).Soon());
        await AppendAsync(owner, 21, 1);
        Assert.Equal(["plain", "user:7"], await NamesAsync("", null, 10));
    }

    [Fact]
    public async Task A_peek_knows_where_an_inbox_that_was_trimmed_begins()
    {
        var quick = new StoreOptions { Grace = TimeSpan.Zero, TrimInterval = TimeSpan.FromMilliseconds(10) };
        await ReopenAsync(quick, WithInboxes);
        await AppendAsync(await Store.ClaimAsync("user:7").Soon(), 1, 12);
        await Eventually.HoldsAsync(
            async () => (await Store.PeekAsync(["user:7"]).Soon())[0] is { Floor: 4, Head.Offset: 12 },
            "The floor is not that of the last eight.");
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
        await ReopenAsync(quick, WithInboxes with { InboxTtl = TimeSpan.FromSeconds(5), HistoryTtl = TimeSpan.FromSeconds(5) });
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
