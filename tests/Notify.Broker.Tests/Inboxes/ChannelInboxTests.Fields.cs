using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests what the fields beside a notification do to an inbox, and how items are recalled and erased (P24 to P26).</summary>
public sealed partial class ChannelInboxTests
{
    [Fact]
    public async Task A_publish_with_a_collapse_key_removes_the_item_with_the_same_key()
    {
        var inbox = Start(_store);
        var (id, relay) = (RelayId.New(), CreateTestProbe());
        inbox.Tell(new JoinChannel(Name, id, 1), relay);
        await relay.ExpectMsgAsync<ChannelJoined>();
        await PublishAsync(inbox, """{"collapseKey":"post 9"}""");
        await PublishAsync(inbox, """{"collapseKey":"post 10"}""");
        await relay.ExpectMsgAsync<Deliver>();
        await relay.ExpectMsgAsync<Deliver>();
        await PublishAsync(inbox, """{"collapseKey":"post 9"}""");

        Assert.Equal(3, (await relay.ExpectMsgAsync<Deliver>()).Notification.Offset);
        Assert.Equal(RangeSet.Of(1, 1), (await relay.ExpectMsgAsync<ItemsRemoved>()).Offsets);
        Assert.Equal(new InboxCounts(2, 2, 2, 0), await CountAsync(inbox, 3));
        await ExpectPageAsync(inbox, InboxFilter.Listed, long.MaxValue, [3, 2], null);
        await ExpectHistoryAsync(inbox, id, relay, [(1, true), (2, false), (3, false)]);

        // The next owner knows the keys, and neither tells what is gone.
        Sys.Stop(inbox);
        await relay.ExpectMsgAsync<ChannelStopped>();
        var next = Start(_store);
        next.Tell(new JoinChannel(Name, id, 2), relay);
        await relay.ExpectMsgAsync<ChannelJoined>();
        await PublishAsync(next, """{"collapseKey":"post 10"}""");
        await relay.ExpectMsgAsync<Deliver>();
        await relay.ExpectMsgAsync<ItemsRemoved>();
        await ExpectHistoryAsync(next, id, relay, [(1, true), (2, true), (3, false), (4, false)], joinNumber: 2);
        Assert.Equal([1L, 2, 3, 4], _store.Saved.Select(saved => saved.Revision));
    }

    [Fact]
    public async Task A_silent_publish_is_read_from_the_start()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, """{"silent":true}""");
        Assert.Equal(new InboxCounts(0, 0, 1, 0), await CountAsync(inbox, 1));
    }

    [Fact]
    public async Task An_item_that_expires_leaves_the_numbers_with_an_event_and_is_told_to_nobody()
    {
        var inbox = Start(_store);
        var (id, relay) = (RelayId.New(), CreateTestProbe());
        inbox.Tell(new JoinChannel(Name, id, 1), relay);
        await relay.ExpectMsgAsync<ChannelJoined>();
        inbox.Tell(new WatchInbox(Name, id, 1), relay);
        await relay.ExpectMsgAsync<InboxTold>();
        await PublishAsync(inbox, """{"expiresAt":"2126-01-01T00:00:00Z"}""");
        await PublishAsync(inbox, """{"expiresAt":"2026-01-01T00:00:00Z"}""");
        await relay.FishForMessageAsync<InboxTold>(told => told.Head.Offset == 2);
        await AwaitAssertAsync(() => Assert.Equal(1_767_225_600, Assert.Single(_channels.Entries).ExpiresAt));
        await ExpectHistoryAsync(inbox, id, relay, [(1, false), (2, true)]);

        inbox.Tell(new ChannelCommands.Tidy(0));
        Assert.Equal(RangeSet.Of(2, 2), (await relay.ExpectMsgAsync<ItemsRemoved>()).Offsets);
        Assert.Equal(new InboxCounts(1, 1, 1, 0), (await relay.ExpectMsgAsync<InboxTold>()).Counts);
        await AwaitAssertAsync(() => Assert.Equal(4_922_899_200, Assert.Single(_channels.Entries).ExpiresAt));
    }

    [Fact]
    public async Task A_read_removes_what_has_expired_before_it_answers()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, """{"expiresAt":"2026-01-01T00:00:00Z"}""");
        _store.IsHolding = true;
        var probe = CreateTestProbe();
        inbox.Tell(new ReadInbox(Name, InboxFilter.Listed, long.MaxValue, 3), probe);
        await AwaitAssertAsync(() => Assert.Equal(1, _store.Held));
        await probe.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));

        _store.LetThrough();
        var page = await probe.ExpectMsgAsync<InboxPage>();
        Assert.Empty(page.Items);
        Assert.Equal(new InboxCounts(0, 0, 0, 0), InboxFormat.Decode(page.State.Span, page.Revision, Size).Count(1));
    }

    [Fact]
    public async Task A_recall_removes_the_item_and_overwrites_its_content_once()
    {
        var inbox = Start(_store);
        var ids = await PublishAsync(inbox, 3);
        await PublishAsync(inbox, """{"collapseKey":"k"}""");
        var byId = new InboxMarkRequest(InboxMarkKind.Recalled, null, null, [$"{ids[1]}"], IsAll: false);
        Assert.Equal(Marked(offset: 4, revision: 2, new(3, 3, 3, 0), changed: 1), await MarkAsync(inbox, byId));
        Assert.Equal(2, (await MarkAsync(inbox, byId)).Revision);
        var byKey = new InboxMarkRequest(InboxMarkKind.Recalled, null, null, [], IsAll: false) { CollapseKey = "k" };
        Assert.Equal(1, (await MarkAsync(inbox, byKey)).Changed);
        Assert.Equal(0, (await MarkAsync(inbox, byKey)).Changed);

        // The user has removed it, but the content is still stored.
        await MarkAsync(inbox, new InboxMarkRequest(InboxMarkKind.Deleted, "e", RangeSet.Of(1, 1), [], IsAll: false));
        Assert.Equal(0, (await MarkAsync(inbox, UpTo(InboxMarkKind.Recalled, 1))).Changed);
        Assert.Equal([2L, 4, 1], _store.Recalled);
        Assert.Equal(new InboxCounts(1, 1, 1, 0), await CountAsync(inbox, 4));
    }

    [Fact]
    public async Task An_erased_inbox_stops_and_begins_again_with_nothing()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 3);
        await MarkAsync(inbox, UpTo(InboxMarkKind.Read, 2));
        await WatchAsync(inbox);
        Assert.True((await inbox.Ask<InboxErased>(new EraseInbox(Name), Limit)).IsInbox);
        await ExpectTerminatedAsync(inbox);

        var next = Start(_store);
        await PublishAsync(next, 1);
        Assert.Equal(new InboxCounts(1, 1, 1, 0), await CountAsync(next, 1));
        Assert.False((await Start(new BrokerOptions()).Ask<InboxErased>(new EraseInbox(Name), Limit)).IsInbox);
    }

    [Fact]
    public async Task Marks_and_lists_are_limited_to_a_category_and_to_tags()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, """{"category":"comments","tags":["a"]}""");
        await PublishAsync(inbox, """{"category":"builds","tags":["a","b"]}""");
        await PublishAsync(inbox, """{"category":"comments"}""");
        await PublishAsync(inbox, 1);

        await ExpectPageAsync(inbox, new(Name, InboxFilter.Listed, long.MaxValue, 1) { Category = "comments" }, [3], 3);
        await ExpectPageAsync(inbox, new(Name, InboxFilter.Listed, 3, 1) { Category = "comments" }, [1], null);
        await ExpectPageAsync(inbox, new(Name, InboxFilter.Listed, long.MaxValue, 9) { Tags = ["b", "a"] }, [2, 1], null);
        await ExpectPageAsync(inbox, new(Name, InboxFilter.Listed, long.MaxValue, 9) { Category = "comments", Tags = ["b"] }, [], null);

        var all = new InboxMarkRequest(InboxMarkKind.Read, null, null, [], IsAll: true) { Category = "comments" };
        Assert.Equal(Marked(offset: 4, revision: 1, new(2, 2, 4, 0), changed: 2), await MarkAsync(inbox, all));
        Assert.Equal(0, (await MarkAsync(inbox, all with { Category = "nothing" })).Changed);
    }

    private static async Task PublishAsync(IActorRef channel, string meta) =>
        await channel.Ask<Published>(NewPublish("1") with { Meta = Encoding.UTF8.GetBytes(meta) }, Limit);

    private static async Task ExpectHistoryAsync(
        IActorRef channel, RelayId id, TestProbe relay, (long Offset, bool IsGone)[] expected, long joinNumber = 1)
    {
        channel.Tell(new ReadHistory(Name, id, joinNumber, 0, expected.Length), relay);
        var page = await relay.ExpectMsgAsync<HistoryPage>();
        Assert.Equal(expected, page.Notifications!.Select(each => (each.Offset, each.IsGone)));
        Assert.All(page.Notifications!, each => Assert.Equal(each.IsGone, each.Payload.Span.SequenceEqual("null"u8)));
    }

    private static async Task ExpectPageAsync(IActorRef channel, ReadInbox read, long[] offsets, long? next)
    {
        var page = await channel.Ask<InboxPage>(read, Limit);
        Assert.Equal(offsets, page.Items.Select(item => item.Offset));
        Assert.Equal(next, page.Next);
    }
}
