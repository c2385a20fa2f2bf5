using System.Text;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Protocol;

namespace Notify.Broker.Tests.Relays;

/// <summary>Tests what a relay tells its subscribers of an inbox (P17).</summary>
public sealed class RelayInboxTests
{
    private const string Name = "user:7";

    private readonly RelayId _id = RelayId.New();
    private readonly List<IChannelMessage> _asked = [];
    private readonly RelayState _relay;

    public RelayInboxTests()
    {
        _relay = new RelayState(
            _id,
            new RelayLimits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), 10, MaxChannels: 10),
            _asked.Add,
            static (_, _) => { },
            static () => { },
            static _ => { },
            new DeliveryCounter());
    }

    [Fact]
    public void Who_wants_the_marks_is_told_after_the_join_and_others_are_not()
    {
        var (plain, bell) = (new Page(), new Page());
        Subscribe(plain, wantsInbox: false);
        Join(5);
        Assert.Empty(_asked.OfType<WatchInbox>());

        Subscribe(bell, wantsInbox: true);
        Assert.Single(_asked.OfType<WatchInbox>());
        Tell(5, revision: 2, unread: 3);
        Deliver(6);
        Tell(6, revision: 2, unread: 4);
        Tell(6, revision: 3, unread: 0);

        Assert.Equal(["6"], plain.Told);
        Assert.Equal(["joined 5", "inbox 5.2 unread 3 new", "6", "inbox 6.2 unread 4", "inbox 6.3 unread 0 new"], bell.Told);
    }

    [Fact]
    public void A_second_page_is_told_at_once()
    {
        Subscribe(new Page(), wantsInbox: true);
        Join(5);
        Tell(5, revision: 2, unread: 3);
        var second = new Page();
        Subscribe(second, wantsInbox: true);
        Assert.Equal(["joined 5", "inbox 5.2 unread 3 new"], second.Told);
        Assert.Single(_asked.OfType<WatchInbox>());
    }

    [Fact]
    public void A_number_is_told_only_with_the_notifications_that_it_counts()
    {
        var page = new Page();
        Subscribe(page, wantsInbox: true);
        Join(5);
        Tell(7, revision: 1, unread: 7);
        Tell(8, revision: 1, unread: 8);
        Assert.Equal(["joined 5"], page.Told);
        var read = Assert.Single(_asked.OfType<ReadHistory>());
        Assert.Equal((5, 7), (read.After, read.UpTo));

        _relay.OnPage(new HistoryPage(Name, _id, Number, 5, new Position("e", 5), [Notification(6), Notification(7)]), now: 0);
        Assert.Equal(["joined 5", "6", "7"], page.Told);
        Deliver(8);
        Assert.Equal(["joined 5", "6", "7", "8", "inbox 8.1 unread 8 new"], page.Told);
    }

    [Fact]
    public void What_is_older_or_told_already_is_dropped()
    {
        var page = new Page();
        Subscribe(page, wantsInbox: true);
        Join(5);
        Tell(5, revision: 4, unread: 1);
        Tell(5, revision: 3, unread: 2);
        Tell(5, revision: 4, unread: 1);
        Tell(4, revision: 5, unread: 9);
        Assert.Equal(["joined 5", "inbox 5.4 unread 1 new"], page.Told);
    }

    [Fact]
    public void The_owner_is_asked_until_it_answers_and_so_is_the_next_one()
    {
        Subscribe(new Page(), wantsInbox: true);
        Join(5);
        _relay.Tick(500);
        Assert.Single(_asked.OfType<WatchInbox>());
        _relay.Tick(1000);
        _relay.Tick(2000);
        Assert.Equal(3, _asked.OfType<WatchInbox>().Count());
        Tell(5, revision: 1, unread: 1);
        _relay.Tick(9000);
        Assert.Equal(3, _asked.OfType<WatchInbox>().Count());

        var former = Number;
        _relay.OnChannelStopped(new ChannelStopped(Name, _id, former), now: 9000);
        Join(5);
        Assert.Equal([former, Number], _asked.OfType<WatchInbox>().Select(watch => watch.JoinNumber).Distinct());
    }

    [Fact]
    public void A_state_of_another_epoch_replaces_the_former_one()
    {
        var page = new Page();
        Subscribe(page, wantsInbox: true);
        Join(5);
        Tell(5, revision: 4, unread: 1);
        Stop();
        Join(0, "f");
        var second = new Page();
        Subscribe(second, wantsInbox: true);
        Assert.Equal(["joined 0"], second.Told);
        _relay.OnInbox(new InboxTold(Name, _id, Number, new Position("f", 0), 0, default, State), now: 0);
        Assert.Equal("inbox 0.0 unread 0 new", page.Told[^1]);
        Assert.Equal("inbox 0.0 unread 0 new", second.Told[^1]);
    }

    [Fact]
    public void Who_joined_during_another_epoch_is_told_when_the_relay_comes_back_to_the_former_one()
    {
        var page = new Page();
        Subscribe(page, wantsInbox: true);
        Join(5);
        Tell(5, revision: 4, unread: 1);
        Stop();
        Join(0, "f");
        var second = new Page();
        Subscribe(second, wantsInbox: true);

        // The owner of the other epoch was a mistake, and is gone before it has told anything.
        Stop();
        Join(5);
        Tell(5, revision: 4, unread: 1);

        Assert.Equal("inbox 5.4 unread 1 new", page.Told[^1]);
        Assert.Equal("inbox 5.4 unread 1 new", second.Told[^1]);
    }

    [Fact]
    public void What_is_gone_is_passed_over_live_and_in_a_replay()
    {
        var (live, late) = (new Page(), new Page());
        Subscribe(live, wantsInbox: false);
        Join(5);
        Deliver(8);
        _relay.OnPage(Missed(5, Notification(6).WithoutContent(), Notification(7)), now: 0);
        Assert.Equal(["7", "8"], live.Told);

        _relay.Subscribe(Name, new Subscription(late, Format.Instance), new Since.After("e", 5), new Reply(), now: 0);
        _relay.OnPage(Missed(5, Notification(6), Notification(7).WithoutContent(), Notification(8).WithoutContent()), now: 0);
        Deliver(9);
        Assert.Equal(["joined 5", "6", "9"], late.Told);
    }

    [Fact]
    public void A_notification_that_waits_above_a_gap_is_not_delivered_after_it_was_removed()
    {
        var live = new Page();
        Subscribe(live, wantsInbox: false);
        Join(5);
        Deliver(7);
        Deliver(8);
        _relay.OnRemoved(new ItemsRemoved(Name, _id, Number, "e", RangeSet.Of(7, 7)));
        _relay.OnPage(Missed(5, Notification(6)), now: 0);
        _relay.OnPage(Missed(6, Notification(7).WithoutContent()), now: 0);
        Assert.Equal(["6", "8"], live.Told);
    }

    [Fact]
    public void A_state_that_was_lost_on_its_way_is_asked_for_again()
    {
        var page = new Page();
        Subscribe(page, wantsInbox: true);
        Join(5);
        Tell(5, revision: 2, unread: 3);
        Assert.False(Announce(revision: 2));
        Assert.Single(_asked.OfType<WatchInbox>());

        Assert.True(Announce(revision: 3));
        Assert.Equal(2, _asked.OfType<WatchInbox>().Count());
        Tell(5, revision: 3, unread: 0);
        Assert.Equal(["joined 5", "inbox 5.2 unread 3 new", "inbox 5.3 unread 0 new"], page.Told);
    }

    [Fact]
    public void A_delayed_state_is_no_answer_when_a_newer_one_was_announced_meanwhile()
    {
        var page = new Page();
        Subscribe(page, wantsInbox: true);
        Join(5);
        Tell(5, revision: 2, unread: 3);
        Assert.True(Announce(revision: 3));
        Assert.False(Announce(revision: 4));
        Tell(5, revision: 3, unread: 2);

        _relay.Tick(1000);
        Assert.Equal(3, _asked.OfType<WatchInbox>().Count());
        Tell(5, revision: 4, unread: 0);
        _relay.Tick(2000);
        Assert.Equal(3, _asked.OfType<WatchInbox>().Count());
        Assert.Equal("inbox 5.4 unread 0 new", page.Told[^1]);
    }

    [Fact]
    public void What_is_announced_while_an_earlier_gap_is_read_is_read_after_it()
    {
        var page = new Page();
        Subscribe(page, wantsInbox: true);
        Join(3);
        Deliver(5);
        Tell(6, revision: 2, unread: 6);
        var read = Assert.Single(_asked.OfType<ReadHistory>());
        Assert.Equal((3, 4), (read.After, read.UpTo));

        _relay.OnPage(Missed(3, Notification(4)), now: 0);
        read = _asked.OfType<ReadHistory>().Last();
        Assert.Equal((5, 6), (read.After, read.UpTo));
        _relay.OnPage(Missed(5, Notification(6).WithoutContent()), now: 0);
        Assert.Equal(["joined 3", "4", "5", "inbox 6.2 unread 6 new"], page.Told);
    }

    [Fact]
    public void An_owner_that_does_not_know_that_the_relay_watches_is_asked_again()
    {
        Subscribe(new Page(), wantsInbox: true);
        Join(5);
        Assert.False(Announce(revision: null));
        Assert.Single(_asked.OfType<WatchInbox>());

        Tell(5, revision: 2, unread: 3);
        Assert.True(Announce(revision: null));
        Assert.Equal(2, _asked.OfType<WatchInbox>().Count());
    }

    [Fact]
    public void Nothing_is_told_before_the_join_is_answered()
    {
        var late = new Page();
        Subscribe(new Page(), wantsInbox: true);
        Join(5);
        Tell(5, revision: 1, unread: 1);
        _relay.Subscribe(
            Name,
            new Subscription(late, Format.Instance) { WantsInbox = true },
            new Since.After("e", 4),
            new Reply(),
            now: 0);
        Tell(5, revision: 2, unread: 0);
        Assert.Empty(late.Told);

        _relay.OnPage(Missed(4, Notification(5)), now: 0);
        Assert.Equal(["joined 4", "inbox 5.2 unread 0 new", "5"], late.Told);
    }

    private bool Announce(long? revision) => _relay.OnAnnounced(
        new OffsetAnnouncement(Name, _id, Number, new Position("e", 5)) { Revision = revision }, now: 0);

    private HistoryPage Missed(long after, params Notification[] notifications) =>
        new(Name, _id, Number, after, new Position("e", after), notifications);

    private static byte[] State => InboxFormat.Encode(new InboxState(200));

    private long Number => _asked.OfType<JoinChannel>().Last().JoinNumber;

    private static Notification Notification(long offset) =>
        new(Name, new Position("e", offset), new PublishId(Guid.NewGuid(), 0), at: 0, Encoding.UTF8.GetBytes($"{offset}"));

    private void Join(long head, string epoch = "e") =>
        _relay.OnJoined(new ChannelJoined(Name, _id, Number, new Position(epoch, head)), owner: null, now: 0);

    private void Stop() => _relay.OnChannelStopped(new ChannelStopped(Name, _id, Number), now: 0);

    private void Deliver(long offset) => _relay.OnDeliver(new Deliver(_id, Number, Notification(offset)), default, now: 0);

    private void Tell(long offset, long revision, long unread) => _relay.OnInbox(
        new InboxTold(Name, _id, Number, new Position("e", offset), revision, new InboxCounts(unread, 0, offset, 0), State), now: 0);

    private void Subscribe(Page page, bool wantsInbox) => _relay.Subscribe(
        Name, new Subscription(page, Format.Instance) { WantsInbox = wantsInbox }, since: null, wantsInbox ? new Reply() : null, now: 0);

    private sealed class Page : ISubscriber
    {
        public List<string> Told { get; } = [];

        public bool HasRoom => true;

        public bool Write(WireMessage message)
        {
            Told.Add(Encoding.UTF8.GetString(message.Payload.Span));
            return true;
        }

        public void WhenRoom(Action then) => then();

        public void End(EndReason reason) => Told.Add($"end {reason}");
    }

    private sealed class Reply : JoinReply
    {
        public override void Joined(ISubscriber subscriber, Position position, bool recovered) =>
            ((Page)subscriber).Told.Add($"joined {position.Offset}");

        public override void Failed(ISubscriber subscriber, string error) => ((Page)subscriber).Told.Add(error);
    }

    private sealed class Format : WireFormat
    {
        public static readonly Format Instance = new();

        public override WireMessage Encode(Notification notification) => WireMessage.Text(notification.Payload);

        public override WireMessage? Reset(string channel, Position position) =>
            WireMessage.Text(Encoding.UTF8.GetBytes($"reset {position.Offset}"));

        public override WireMessage Inbox(InboxNews news) => WireMessage.Text(Encoding.UTF8.GetBytes(
            $"inbox {news.Head.Offset}.{news.Revision} unread {news.Counts.Unread}{(news.AreMarksNew ? " new" : "")}"));
    }
}
