using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol.Tokens;

namespace Notify.Broker.Tests.Inboxes;

/// <summary>Tests how the owner of an inbox orders, stores and answers marks (P19 to P21, P23).</summary>
public sealed partial class ChannelInboxTests : TestKit
{
    private const string Name = "user:7";
    private const int Size = 8;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly HeldStore _store = new();
    private readonly LocalChannels _channels = new();
    private readonly Membership _members = new();

    public ChannelInboxTests()
        : base(TestTimeouts.Config)
    {
        _members.Set([], [], hasQuorum: true);
    }

    [Fact]
    public async Task Marks_change_the_counts_and_are_stored()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 5);

        var seen = await MarkAsync(inbox, UpTo(InboxMarkKind.Seen, 5));
        Assert.Equal(Marked(offset: 5, revision: 1, new(5, 0, 5, 0), changed: 5), seen);
        var read = await MarkAsync(inbox, UpTo(InboxMarkKind.Read, 3), UpTo(InboxMarkKind.Archived, 1));
        Assert.Equal(Marked(offset: 5, revision: 2, new(2, 0, 5, 1), changed: 3), read);
        var again = await MarkAsync(inbox, UpTo(InboxMarkKind.Read, 2));
        Assert.Equal(Marked(offset: 5, revision: 2, new(2, 0, 5, 1), changed: 0), again);

        Assert.Equal([1L, 2L], _store.Saved.Select(inbox => inbox.Revision));
        Assert.Equal(new InboxCounts(2, 0, 5, 1), InboxFormat.Decode(_store.Inbox!.State, 2, Size).Count(5));
    }

    [Fact]
    public async Task A_mark_of_all_covers_what_was_published_before_and_nothing_after()
    {
        var inbox = Start(_store);
        _store.IsHolding = true;
        var probe = CreateTestProbe();
        inbox.Tell(NewPublish("1"), probe);
        inbox.Tell(new MarkInbox(Name, [new(InboxMarkKind.Read, null, null, [], IsAll: true)]), probe);
        inbox.Tell(NewPublish("2"), probe);
        await AwaitAssertAsync(() => Assert.Equal(3, _store.Held));
        await probe.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));

        for (var i = 0; i < 3; i++)
        {
            _store.LetThrough();
        }

        await probe.ExpectMsgAsync<Published>();
        Assert.Equal(Marked(offset: 1, revision: 1, new(0, 0, 1, 0), changed: 1), await probe.ExpectMsgAsync<InboxMarked>());
        await probe.ExpectMsgAsync<Published>();
        Assert.Equal(new InboxCounts(1, 1, 2, 0), await CountAsync(inbox, 2));
    }

    [Fact]
    public async Task A_plain_publish_writes_the_notification_and_nothing_else()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 3);
        Assert.Equal((3, 3, 0), (_store.Writes, _store.Rows, _store.Saved.Count));
    }

    [Fact]
    public async Task A_mark_that_changes_nothing_is_answered_after_the_marks_that_it_rests_on()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 1);
        _store.IsHolding = true;
        var probe = CreateTestProbe();
        inbox.Tell(new MarkInbox(Name, [UpTo(InboxMarkKind.Read, 1)]), probe);
        inbox.Tell(new MarkInbox(Name, [UpTo(InboxMarkKind.Read, 1)]), probe);
        await AwaitAssertAsync(() => Assert.Equal(1, _store.Held));
        await probe.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(new InboxCounts(1, 1, 1, 0), await CountAsync(inbox, 1));

        _store.LetThrough();
        Assert.Equal(1, (await probe.ExpectMsgAsync<InboxMarked>()).Changed);
        Assert.Equal(0, (await probe.ExpectMsgAsync<InboxMarked>()).Changed);
    }

    [Theory]
    [InlineData(AppendOutcome.Unknown)]
    [InlineData(AppendOutcome.Fenced)]
    public async Task A_mark_that_is_not_known_to_be_stored_is_not_answered_and_the_owner_reads_the_store_again(AppendOutcome outcome)
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 1);
        _store.IsHolding = true;
        var probe = CreateTestProbe();
        inbox.Tell(new MarkInbox(Name, [UpTo(InboxMarkKind.Read, 1)]), probe);
        await AwaitAssertAsync(() => Assert.Equal(1, _store.Held));
        await WatchAsync(inbox);
        _store.LetThrough(outcome);
        await ExpectTerminatedAsync(inbox);
        await probe.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));

        _store.IsHolding = false;
        var next = Start(_store);
        Assert.Equal(Marked(offset: 1, revision: 1, new(0, 0, 1, 0), changed: 1), await MarkAsync(next, UpTo(InboxMarkKind.Read, 1)));
    }

    [Fact]
    public async Task The_next_owner_continues_with_the_marks()
    {
        var first = Start(_store);
        await PublishAsync(first, 10);
        await MarkAsync(first, UpTo(InboxMarkKind.Read, 6));

        _store.Floor = 4;
        var next = Start(_store);
        Assert.Equal(new InboxCounts(4, 4, 6, 0), await CountAsync(next, 10));
        Assert.Equal(Marked(offset: 10, revision: 3, new(3, 3, 6, 0), changed: 1), await MarkAsync(next, UpTo(InboxMarkKind.Read, 7)));
    }

    [Fact]
    public async Task What_the_store_removed_before_a_claim_leaves_the_numbers_as_a_change()
    {
        var first = Start(_store);
        await PublishAsync(first, 6);
        var before = await MarkAsync(first, UpTo(InboxMarkKind.Read, 1));
        _store.Floor = 4;

        // A relay drops a version that it has told already, so the same version must not get other numbers.
        var (id, relay) = (RelayId.New(), CreateTestProbe());
        var next = Start(_store);
        next.Tell(new JoinChannel(Name, id, 1), relay);
        await relay.ExpectMsgAsync<ChannelJoined>();
        next.Tell(new WatchInbox(Name, id, 1), relay);
        var told = await relay.ExpectMsgAsync<InboxTold>();
        Assert.Equal((before.Revision + 1, new InboxCounts(2, 2, 2, 0)), (told.Revision, told.Counts));
        Assert.Equal(told.Revision, _store.Inbox!.Revision);
    }

    [Fact]
    public async Task A_relay_whose_join_arrives_twice_is_still_told()
    {
        var inbox = Start(_store);
        var (id, relay) = (RelayId.New(), CreateTestProbe());
        inbox.Tell(new JoinChannel(Name, id, 1), relay);
        inbox.Tell(new WatchInbox(Name, id, 1), relay);
        inbox.Tell(new JoinChannel(Name, id, 1), relay);
        await PublishAsync(inbox, 1);
        await relay.FishForMessageAsync<InboxTold>(told => Version(told) == (1, 0L), Limit);
    }

    [Fact]
    public async Task What_is_deleted_during_a_read_is_not_in_its_page()
    {
        // The oldest do not fit into the memory of the owner, so they are read from the store.
        var inbox = Start(_store);
        await PublishAsync(inbox, 4, new string('x', 10_000));
        var (id, relay) = (RelayId.New(), CreateTestProbe());
        inbox.Tell(new JoinChannel(Name, id, 1), relay);
        await relay.ExpectMsgAsync<ChannelJoined>();
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.ReadsAfter = reading.Task;
        inbox.Tell(new ReadHistory(Name, id, 1, 0, 4), relay);
        await AwaitAssertAsync(() => Assert.Equal(1, _store.Reads));
        await MarkAsync(inbox, new InboxMarkRequest(InboxMarkKind.Deleted, "e", RangeSet.Of(2, 2), [], IsAll: false));
        reading.SetResult();

        var page = await relay.FishForMessageAsync<HistoryPage>(_ => true, Limit);
        Assert.Equal([false, true, false, false], page.Notifications!.Select(each => each.IsGone));
    }

    [Fact]
    public async Task The_notifications_of_a_channel_that_becomes_an_inbox_are_read()
    {
        _store.Kind = ChannelKind.Plain;
        await PublishAsync(Start(new BrokerOptions()), 3);
        var inbox = Start(_store);
        await PublishAsync(inbox, 1);
        Assert.Equal(1, Assert.Single(_store.Saved).Revision);
        Assert.Equal(new InboxCounts(1, 1, 4, 0), await CountAsync(inbox, 4));
    }

    [Fact]
    public async Task Offsets_of_another_epoch_are_refused_and_nothing_is_changed()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 2);
        var marked = await MarkAsync(
            inbox,
            UpTo(InboxMarkKind.Read, 1),
            new(InboxMarkKind.Read, "former", RangeSet.Of(1, 2), [], IsAll: false));
        Assert.Equal((InboxMarkOutcome.StaleEpoch, "e", 2L), (marked.Outcome, marked.Head.Epoch, marked.Counts.Unread));
        Assert.Empty(_store.Saved);
    }

    [Fact]
    public async Task Marks_by_id_find_their_notifications()
    {
        var inbox = Start(_store);
        var ids = await PublishAsync(inbox, 3);
        var marked = await MarkAsync(inbox, new InboxMarkRequest(InboxMarkKind.Read, null, null, [$"{ids[1]}", "unknown"], IsAll: false));
        Assert.Equal(Marked(offset: 3, revision: 1, new(2, 2, 3, 0), changed: 1), marked);
        Assert.Equal(0, (await MarkAsync(inbox, new InboxMarkRequest(InboxMarkKind.Read, null, null, ["unknown"], IsAll: false))).Changed);
    }

    [Fact]
    public async Task A_page_has_the_newest_items_first_and_continues_before_the_last_one()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 10);
        await MarkAsync(
            inbox,
            new InboxMarkRequest(InboxMarkKind.Deleted, "e", RangeSet.Of(9, 9), [], IsAll: false),
            new InboxMarkRequest(InboxMarkKind.Archived, "e", RangeSet.Of(5, 5), [], IsAll: false),
            new InboxMarkRequest(InboxMarkKind.Read, "e", RangeSet.Of(7, 8), [], IsAll: false));

        await ExpectPageAsync(inbox, InboxFilter.Listed, long.MaxValue, [10, 8, 7], 7);
        await ExpectPageAsync(inbox, InboxFilter.Listed, 7, [6, 4, 3], null);
        await ExpectPageAsync(inbox, InboxFilter.Unread, long.MaxValue, [10, 6, 4], 4);
        await ExpectPageAsync(inbox, InboxFilter.Archived, long.MaxValue, [5], null);
    }

    [Fact]
    public async Task Lists_and_ids_are_read_from_the_store_because_the_memory_belongs_to_the_actor()
    {
        var inbox = Start(_store);
        var ids = await PublishAsync(inbox, 2);
        await ExpectPageAsync(inbox, InboxFilter.Listed, long.MaxValue, [2, 1], null);
        Assert.Equal(1, _store.Reads);
        await MarkAsync(inbox, new InboxMarkRequest(InboxMarkKind.Read, null, null, [$"{ids[0]}"], IsAll: false));
        Assert.Equal(2, _store.Reads);
    }

    [Fact]
    public async Task A_page_ends_where_its_bytes_are_full()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 4, new string('x', 100_000));
        await ExpectPageAsync(inbox, InboxFilter.Listed, long.MaxValue, [4, 3], 3);
        await ExpectPageAsync(inbox, InboxFilter.Listed, 3, [2, 1], null);
    }

    [Fact]
    public async Task A_relay_that_watches_is_told_after_each_change_in_order()
    {
        var inbox = Start(_store);
        var (id, relay) = (RelayId.New(), CreateTestProbe());
        inbox.Tell(new WatchInbox(Name, id, 1), relay);
        inbox.Tell(new JoinChannel(Name, id, 1), relay);
        await relay.ExpectMsgAsync<ChannelJoined>();
        inbox.Tell(new WatchInbox(Name, id, 1), relay);
        Assert.Equal((0, 0L), Version(await relay.ExpectMsgAsync<InboxTold>()));

        await PublishAsync(inbox, 1);
        await relay.ExpectMsgAsync<Deliver>();
        var told = await relay.ExpectMsgAsync<InboxTold>();
        Assert.Equal(((1, 0L), new InboxCounts(1, 1, 1, 0)), (Version(told), told.Counts));
        await MarkAsync(inbox, UpTo(InboxMarkKind.Read, 1));
        told = await relay.ExpectMsgAsync<InboxTold>();
        Assert.Equal(((1, 1L), new InboxCounts(0, 0, 1, 0)), (Version(told), told.Counts));
        Assert.True(InboxFormat.Decode(told.State.Span, 1, Size).Read.Contains(1));

        inbox.Tell(new LeaveChannel(Name, id, 1), relay);
        await MarkAsync(inbox, UpTo(InboxMarkKind.Unread, 1));
        await relay.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_store_without_room_refuses_marks()
    {
        var inbox = Start(_store);
        await PublishAsync(inbox, 1);
        _store.HasRoom = false;
        Assert.Equal(InboxMarkOutcome.Unavailable, (await MarkAsync(inbox, UpTo(InboxMarkKind.Read, 1))).Outcome);
    }

    [Fact]
    public async Task A_channel_that_is_no_inbox_says_so()
    {
        var plain = Start(new BrokerOptions());
        Assert.Equal(InboxMarkOutcome.NotInbox, (await MarkAsync(plain, UpTo(InboxMarkKind.Read, 1))).Outcome);
        Assert.False((await plain.Ask<InboxPage>(new ReadInbox(Name, InboxFilter.Listed, long.MaxValue, 0))).IsInbox);
    }

    [Fact]
    public async Task The_marks_of_a_channel_without_a_durable_store_keep_its_owner()
    {
        var inbox = Start(new MemoryStore());
        await PublishAsync(inbox, 3);
        var marked = await MarkAsync(inbox, new InboxMarkRequest(InboxMarkKind.Deleted, null, null, [], IsAll: true));
        Assert.Equal(new InboxCounts(0, 0, 0, 0), marked.Counts);
        Assert.False(Assert.Single(_channels.Entries).IsIdle);
    }

    [Fact]
    public async Task Marks_that_are_damaged_in_the_store_are_reported_and_the_inbox_works()
    {
        _store.Inbox = new StoredInbox(5, [99]);
        var inbox = Start(_store);
        await PublishAsync(inbox, 2);
        Assert.Equal(Marked(offset: 2, revision: 6, new(1, 1, 2, 0), changed: 1), await MarkAsync(inbox, UpTo(InboxMarkKind.Read, 1)));
    }

    private static (long Offset, long Revision) Version(InboxTold told) => (told.Head.Offset, told.Revision);

    private static InboxMarkRequest UpTo(InboxMarkKind kind, long offset) =>
        new(kind, "e", RangeSet.Of(1, offset), [], IsAll: false);

    private static InboxMarked Marked(long offset, long revision, InboxCounts counts, long changed) =>
        new(Name, InboxMarkOutcome.Marked, new Position("e", offset), revision, counts, changed);

    private static Publish NewPublish(string payload) => new(Name, new PublishId(Guid.NewGuid(), 0), Encoding.UTF8.GetBytes(payload));

    private static async Task<IReadOnlyList<PublishId>> PublishAsync(IActorRef channel, int count, string payload = "1")
    {
        var ids = new List<PublishId>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await channel.Ask<Published>(NewPublish(payload), Limit)).Id);
        }

        return ids;
    }

    private static Task<InboxMarked> MarkAsync(IActorRef channel, params InboxMarkRequest[] marks) =>
        channel.Ask<InboxMarked>(new MarkInbox(Name, marks), Limit);

    private static async Task<InboxCounts> CountAsync(IActorRef channel, long last)
    {
        var page = await channel.Ask<InboxPage>(new ReadInbox(Name, InboxFilter.Listed, long.MaxValue, 0), Limit);
        Assert.Equal(last, page.Head.Offset);
        return InboxFormat.Decode(page.State.Span, page.Revision, Size).Count(last);
    }

    private static async Task ExpectPageAsync(IActorRef channel, InboxFilter filter, long before, long[] offsets, long? next)
    {
        var page = await channel.Ask<InboxPage>(new ReadInbox(Name, filter, before, 3), Limit);
        Assert.Equal(offsets, page.Items.Select(item => item.Offset));
        Assert.Equal(next, page.Next);
    }

    private IActorRef Start(IHistoryStore store)
    {
        Assert.True(ChannelPattern.TryParse("user:*", out var pattern));
        return Start(new BrokerOptions { Channels = new() { Inboxes = [pattern], InboxSize = Size } }, store);
    }

    private IActorRef Start(BrokerOptions options, IHistoryStore? store = null)
    {
        var services = new ChannelServices(
            options, store ?? _store, _members, _channels, new LocalRelays(), new PeerTable(), new BrokerMetrics(), TimeProvider.System);
        return Sys.ActorOf(Props.Create(() => new ChannelActor(ChannelName.ToEntityId(Name), services)));
    }
}
