using System.Text;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
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

/// <summary>Tests the owner of an announcement channel, and what the owner of an inbox keeps of announcements.</summary>
public sealed class AnnouncementChannelTests : TestKit
{
    private const string All = "announce:all";
    private const string Inbox = "user:7";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly HeldStore _store = new() { Kind = ChannelKind.Announcement };
    private readonly LocalChannels _channels = new();
    private readonly Membership _members = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    public AnnouncementChannelTests()
        : base(TestTimeouts.Config)
    {
        _members.Set([], [], hasQuorum: true);
    }

    [Fact]
    public async Task The_head_names_the_announcements_of_the_window_and_those_of_the_backlog()
    {
        var channel = Start(All, _store);
        await PublishAsync(channel, All, 5);
        _time.Advance(TimeSpan.FromDays(5));
        await PublishAsync(channel, All, 5);

        Assert.Equal((new Position("e", 10), 2L, 2L), Head(await ReadAsync(channel)));
        _time.Advance(TimeSpan.FromDays(3));
        Assert.Equal((new Position("e", 10), 2L, 5L), Head(await ReadAsync(channel)));
        _time.Advance(TimeSpan.FromDays(3));
        await PublishAsync(channel, All, 5);
        Assert.Equal((new Position("e", 15), 7L, 7L), Head(await ReadAsync(channel)));
        _time.Advance(TimeSpan.FromDays(3));
        Assert.Equal((new Position("e", 15), 7L, 10L), Head(await ReadAsync(channel)));
    }

    [Fact]
    public async Task The_backlog_is_read_at_most_once_a_minute()
    {
        var channel = Start(All, _store);
        await PublishAsync(channel, All, 3);
        await ReadAsync(channel);
        var reads = _store.Reads;
        for (var i = 0; i < 20; i++)
        {
            await ReadAsync(channel);
        }

        Assert.Equal(reads, _store.Reads);
        _time.Advance(TimeSpan.FromMinutes(1));
        await ReadAsync(channel);
        Assert.Equal(reads + 1, _store.Reads);
    }

    [Fact]
    public async Task Items_and_ids_are_found()
    {
        var channel = Start(All, _store);
        var ids = await PublishAsync(channel, All, 3);
        var question = new ReadAnnouncement(All)
        {
            Marks =
            [
                new(InboxMarkKind.Read, null, null, [$"{ids[1]}", "unknown"], IsAll: false),
                new(InboxMarkKind.Read, null, null, [], IsAll: true),
            ],
            Wanted = RangeSet.Of([new(1, 1), new(3, 9)]),
            Limit = 5,
        };
        var read = await channel.Ask<AnnouncementRead>(question, Limit);
        Assert.Equal([3L, 1L], read.Items.Select(item => item.Offset));
        Assert.Equal([RangeSet.Of(2, 2), RangeSet.Of(1, 3)], read.Found);
        Assert.Null(read.Next);
        Assert.Equal(3, (await channel.Ask<AnnouncementRead>(question with { Limit = 1 }, Limit)).Next);
    }

    [Fact]
    public async Task A_relay_that_watches_is_told_the_head_after_each_announcement()
    {
        var channel = Start(All, _store);
        await PublishAsync(channel, All, 1);
        _time.Advance(TimeSpan.FromDays(8));
        var (id, relay) = (RelayId.New(), CreateTestProbe());
        channel.Tell(new JoinChannel(All, id, 1), relay);
        channel.Tell(new WatchInbox(All, id, 1), relay);
        await relay.ExpectMsgAsync<ChannelJoined>();
        var told = await relay.ExpectMsgAsync<InboxTold>();
        Assert.Equal((1L, 1L), (told.Head.Offset, told.Backlog));
        await PublishAsync(channel, All, 1);
        await relay.ExpectMsgAsync<Deliver>();
        told = await relay.ExpectMsgAsync<InboxTold>();
        Assert.Equal((2L, 1L), (told.Head.Offset, told.Backlog));
    }

    [Fact]
    public async Task Nobody_marks_an_announcement_channel_itself_or_reads_it_as_an_inbox()
    {
        var channel = Start(All, _store);
        await PublishAsync(channel, All, 1);
        var mark = new MarkInbox(All, [new(InboxMarkKind.Deleted, null, null, [], IsAll: true)]);
        Assert.Equal(InboxMarkOutcome.NotInbox, (await channel.Ask<InboxMarked>(mark, Limit)).Outcome);
        Assert.False((await channel.Ask<InboxPage>(new ReadInbox(All, InboxFilter.Listed, long.MaxValue, 0), Limit)).IsInbox);
        Assert.Empty(_store.Saved);

        _store.Kind = ChannelKind.Inbox;
        var read = await Start(Inbox, _store).Ask<AnnouncementRead>(new ReadAnnouncement(Inbox), Limit);
        Assert.Null(read.Head);
    }

    [Fact]
    public async Task A_recall_is_for_everybody()
    {
        var channel = Start(All, _store);
        await PublishAsync(channel, All, 3);
        var recall = new MarkInbox(All, [new(InboxMarkKind.Recalled, "e", RangeSet.Of(2, 2), [], false)]);
        Assert.Equal(InboxMarkOutcome.Marked, (await channel.Ask<InboxMarked>(recall, Limit)).Outcome);
        var head = (await ReadAsync(channel)).Head!;
        Assert.Equal((1L, RangeSet.Of(2, 2)), (head.Revision, head.Gone));
        Assert.Equal(2, FollowState.Of(head).Count(head).Unread);
    }

    [Fact]
    public async Task A_channel_that_was_stored_before_becomes_one_of_announcements_which_stay_unread()
    {
        _store.Kind = ChannelKind.Plain;
        await PublishAsync(Start(All, _store, new BrokerOptions()), All, 3);
        var head = (await ReadAsync(Start(All, _store))).Head!;
        Assert.Equal(1, Assert.Single(_store.Saved).Revision);
        Assert.Equal((0L, 0), (head.Floor, head.Gone.Count));
    }

    [Fact]
    public async Task A_follow_is_stored_once_and_marks_of_announcements_go_to_the_inbox()
    {
        _store.Kind = ChannelKind.Inbox;
        var inbox = Start(Inbox, _store);
        await PublishAsync(inbox, Inbox, 1);
        var head = new AnnouncementHead(All, new Position("f", 50), 0, Floor: 42, Backlog: 45, RangeSet.Of(47, 47), AreOffsetsKept: true);
        Assert.Equal(1, (await MarkAsync(inbox, head)).Revision);
        Assert.Equal(1, (await MarkAsync(inbox, head)).Revision);
        Assert.Single(_store.Saved);

        var marked = await MarkAsync(
            inbox,
            head with { Backlog = 49 },
            new(InboxMarkKind.Read, "f", RangeSet.Of(1, 99), [], false) { Of = All },
            new(InboxMarkKind.Read, "e", RangeSet.Of(1, 1), [], false));
        Assert.Equal((2L, 5L, 0L), (marked.Revision, marked.Changed, marked.Counts.Unread));
        var follow = Assert.Single(InboxFormat.Decode(_store.Inbox!.State, 2, 8).Follows);
        Assert.Equal((45L, RangeSet.Of([new(46, 46), new(48, 50)])), (follow.From, follow.Read));
    }

    [Fact]
    public async Task In_memory_who_only_follows_does_not_keep_the_owner_and_a_join_adds_nobody_without_notifications()
    {
        var inbox = Start(Inbox, new MemoryStore());
        var head = new AnnouncementHead(All, new Position("f", 50), 0, 0, 40, RangeSet.Empty, AreOffsetsKept: false);
        var joined = await inbox.Ask<InboxMarked>(new MarkInbox(Inbox, []) { Heads = [head], MayCreate = false }, Limit);
        Assert.Equal(0, joined.Revision);
        Assert.Equal(1, (await MarkAsync(inbox, head)).Revision);
        Assert.True(Assert.Single(_channels.Entries).IsIdle);
        await MarkAsync(inbox, head, new InboxMarkRequest(InboxMarkKind.Read, null, RangeSet.Of(1, 50), [], IsAll: false) { Of = All });
        await AwaitAssertAsync(() => Assert.False(Assert.Single(_channels.Entries).IsIdle));
    }

    private static (Position Head, long Floor, long Backlog) Head(AnnouncementRead read) =>
        (read.Head!.Head, read.Head.Floor, read.Head.Backlog);

    private static Task<AnnouncementRead> ReadAsync(IActorRef channel) =>
        channel.Ask<AnnouncementRead>(new ReadAnnouncement(All), Limit);

    private static Task<InboxMarked> MarkAsync(IActorRef inbox, AnnouncementHead head, params InboxMarkRequest[] marks) =>
        inbox.Ask<InboxMarked>(new MarkInbox(Inbox, marks) { Heads = [head] }, Limit);

    private static async Task<IReadOnlyList<PublishId>> PublishAsync(IActorRef channel, string name, int count)
    {
        var ids = new List<PublishId>();
        for (var i = 0; i < count; i++)
        {
            var publish = new Publish(name, new PublishId(Guid.NewGuid(), 0), Encoding.UTF8.GetBytes("1"));
            ids.Add((await channel.Ask<Published>(publish, Limit)).Id);
        }

        return ids;
    }

    private IActorRef Start(string name, IHistoryStore store, BrokerOptions? options = null)
    {
        var channels = new ChannelOptions
        {
            Inboxes = [ChannelPattern.Of("user:*")],
            Announcements = [ChannelPattern.Of("announce:*")],
            InboxSize = 8,
        };
        var services = new ChannelServices(
            options ?? new BrokerOptions { Channels = channels },
            store,
            _members,
            _channels,
            new LocalRelays(),
            new PeerTable(),
            new BrokerMetrics(),
            _time);
        return Sys.ActorOf(Props.Create(() => new ChannelActor(ChannelName.ToEntityId(name), services)));
    }
}
