using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Broker.Trails;
using Notify.Protocol;

namespace Notify.Broker.Tests.Relays;

public sealed class RelayActorTests : TestKit
{
    // Joins are only sent again, and only time out, where a test is about that, because a busy machine may stall for seconds.
    private static readonly BrokerOptions Options =
        new() { RelayStripes = 1, RetryInterval = TimeSpan.FromMinutes(1), JoinTimeout = TimeSpan.FromMinutes(1) };
    private static readonly BrokerOptions Retrying = Options with { RetryInterval = TimeSpan.FromMilliseconds(200) };

    private readonly BrokerMetrics _metrics = new();
    private readonly LocalRelays _local = new();
    private readonly RelayStripes _stripes = new(1);
    private readonly TestProbe _channels;

    public RelayActorTests()
        : base(TestTimeouts.Config)
    {
        _channels = CreateTestProbe();
        Start(_stripes, Options);
    }

    [Fact]
    public async Task The_first_subscriber_joins_the_channel_and_the_last_leaves_it()
    {
        var (first, second) = (new Socket(), new Socket());
        Subscribe("c", first);
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Subscribe("c", second);
        Joined(join, offset: 7);
        await AwaitAssertAsync(() => Assert.Equal((7, 7), (first.Position?.Offset, second.Position?.Offset)));

        Unsubscribe("c", first);
        Unsubscribe("c", second);

        var leave = await _channels.ExpectMsgAsync<LeaveChannel>();
        Assert.Equal((join.Relay, join.JoinNumber), (leave.Relay, leave.JoinNumber));
    }

    [Fact]
    public async Task A_join_is_sent_again_until_it_is_answered()
    {
        Start(_stripes, Retrying);
        Subscribe("c", new Socket());
        var first = await _channels.ExpectMsgAsync<JoinChannel>();
        var second = await _channels.ExpectMsgAsync<JoinChannel>();

        Assert.Equal(first, second);
    }

    [Fact]
    public async Task A_join_that_is_never_answered_is_unavailable_to_who_asked_and_ends_who_did_not()
    {
        var (asked, silent) = (new Socket(), new Socket());
        var time = new FakeTimeProvider();
        Start(_stripes, Retrying, time);
        Subscribe("c", asked);
        _stripes.For("c").Tell(new RelayCommands.Subscribe("c", new Subscription(silent, new TextFormat()), null, null, null));
        await _stripes.FlushAsync(TimeSpan.FromSeconds(20));
        time.Advance(Options.JoinTimeout);

        await AwaitAssertAsync(() => Assert.Equal(JoinErrors.Unavailable, asked.Error));
        await AwaitAssertAsync(() => Assert.Equal([EndReason.Unavailable], silent.Ends));
        Assert.Empty(asked.Ends);
    }

    [Fact]
    public async Task A_hole_is_read_from_the_history_and_nobody_sees_it()
    {
        var socket = new Socket();
        Subscribe("c", socket);
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Joined(join, offset: 0);

        Deliver(join, 1);
        Deliver(join, 4);
        var read = await _channels.ExpectMsgAsync<ReadHistory>();
        Assert.Equal((1, 3, "epoch"), (read.After, read.UpTo, read.Epoch));
        _stripes.For("c").Tell(
            new HistoryPage("c", join.Relay, join.JoinNumber, 1, new Position("e", 1), [Notification(2), Notification(3)]));

        await AwaitAssertAsync(() => Assert.Equal(["1", "2", "3", "4"], socket.Messages));
    }

    [Fact]
    public async Task A_hole_that_is_no_longer_kept_ends_the_socket_rather_than_be_hidden()
    {
        var socket = new Socket();
        Subscribe("c", socket);
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Joined(join, offset: 0);

        Deliver(join, 3);
        await _channels.ExpectMsgAsync<ReadHistory>();
        _stripes.For("c").Tell(new HistoryPage("c", join.Relay, join.JoinNumber, 0, new Position("e", 3), null));

        await AwaitAssertAsync(() => Assert.Equal([EndReason.HistoryLost], socket.Ends));
        Assert.Empty(socket.Messages);
    }

    [Fact]
    public async Task When_the_owner_is_gone_the_channel_is_joined_again()
    {
        Subscribe("c", new Socket());
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Joined(join, offset: 0);

        _stripes.For("c").Tell(new ChannelStopped("c", join.Relay, join.JoinNumber));

        var again = await _channels.ExpectMsgAsync<JoinChannel>();
        Assert.True(again.JoinNumber > join.JoinNumber);
    }

    [Fact]
    public async Task A_channel_that_is_joined_again_hears_what_this_relay_was_told()
    {
        var socket = new Socket();
        Subscribe("c", socket);
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Assert.Null(join.Known);
        Joined(join, offset: 4);

        _stripes.For("c").Tell(new ChannelStopped("c", join.Relay, join.JoinNumber));
        var again = await _channels.ExpectMsgAsync<JoinChannel>();
        Assert.Equal(new KnownNotification(new Position("epoch", 4), null), again.Known);
        Joined(again, offset: 4);
        var notification = Notification(5);
        _stripes.For("c").Tell(new Deliver(again.Relay, again.JoinNumber, notification));
        await AwaitAssertAsync(() => Assert.Single(socket.Messages));

        _stripes.For("c").Tell(new ChannelStopped("c", again.Relay, again.JoinNumber));
        var last = await _channels.ExpectMsgAsync<JoinChannel>();
        Assert.Equal(new KnownNotification(notification.Position, notification.Id), last.Known);
    }

    [Fact]
    public async Task A_message_for_a_channel_that_was_left_tells_the_owner_once_more()
    {
        Subscribe("other", new Socket());
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Joined(join, offset: 0);

        _stripes.For("c").Tell(new Deliver(join.Relay, 99, Notification(1)));

        var leave = await _channels.FishForMessageAsync(message => message is LeaveChannel);
        Assert.Equal(new LeaveChannel("c", join.Relay, 99), leave);
    }

    [Fact]
    public async Task The_account_is_given_back_for_every_delivery_even_one_that_is_dropped()
    {
        Subscribe("c", new Socket());
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Joined(join, offset: 5);
        var account = _local.Find(join.Relay)!;

        foreach (var offset in new[] { 3, 6 })
        {
            account.Charge(Notification(offset).Cost);
            Deliver(join, offset);
        }

        await AwaitAssertAsync(() => Assert.Equal(0, account.Bytes));
    }

    [Fact]
    public async Task A_relay_that_fails_ends_its_sockets_and_another_takes_its_place()
    {
        var failing = new Socket { Throws = true };
        Subscribe("c", failing);
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Joined(join, offset: 0);
        var before = _stripes.For("c");

        Deliver(join, 1);

        await AwaitAssertAsync(() => Assert.Equal([EndReason.Restart], failing.Ends));
        await AwaitConditionAsync(() => !_stripes.For("c").Equals(before));
        Assert.Null(_local.Find(join.Relay));
        Subscribe("c", new Socket());
        var again = await _channels.ExpectMsgAsync<JoinChannel>();
        Assert.NotEqual(join.Relay, again.Relay);
    }

    [Fact]
    public async Task A_join_told_to_a_relay_that_has_stopped_ends_its_socket()
    {
        var stopped = _stripes.For("c");
        await stopped.GracefulStop(TimeSpan.FromSeconds(20));
        var socket = new Socket();

        stopped.Tell(new RelayCommands.Subscribe("c", socket.Subscription, null, new Reply(), null));

        await AwaitAssertAsync(() => Assert.Equal([EndReason.Restart], socket.Ends));
    }

    [Fact]
    public async Task A_join_that_its_leave_overtakes_is_answered_too()
    {
        var socket = new Socket();
        Subscribe("c", socket);
        Unsubscribe("c", socket);

        await AwaitAssertAsync(() => Assert.Equal(JoinErrors.Left, socket.Error));
    }

    [Fact]
    public async Task Those_who_miss_the_same_share_one_read_and_are_told_it_before_what_is_live()
    {
        var (first, second, live) = (new Socket(), new Socket(), new Socket());
        Subscribe("c", live);
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Joined(join, offset: 3);
        Subscribe("c", first, new Since.After("epoch", 1));
        Subscribe("c", second, new Since.After("epoch", 1));
        var read = await _channels.ExpectMsgAsync<ReadHistory>();
        Deliver(join, 4);
        await AwaitAssertAsync(() => Assert.Equal(["4"], live.Messages));
        Assert.Equal((1, 3, "epoch"), (read.After, read.UpTo, read.Epoch));
        Assert.Empty(first.Messages);

        Page(read, [Notification(2), Notification(3)]);
        Page(await ReadAfterAsync(3), [Notification(4)]);
        await AwaitAssertAsync(() => Assert.All([first, second], socket => Assert.Equal(["2", "3", "4"], socket.Messages)));
        Deliver(join, 5);

        await AwaitAssertAsync(() => Assert.All([first, second], socket => Assert.Equal(["2", "3", "4", "5"], socket.Messages)));
        Assert.Equal((1, true), (first.Position?.Offset, first.Recovered));
    }

    [Fact]
    public async Task What_was_missed_waits_for_room_and_nothing_live_passes_it()
    {
        var socket = new Socket { Room = 1 };
        Subscribe("c", socket, Since.Earliest.Instance);
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Joined(join, offset: 2);
        Page(await ReadAfterAsync(ReadHistory.Earliest), [Notification(1), Notification(2)]);
        Deliver(join, 3);
        await AwaitAssertAsync(() => Assert.NotNull(socket.Waiter));
        Assert.Equal(["1"], socket.Messages);

        socket.Room = 100;
        socket.Waiter!();
        Page(await ReadAfterAsync(1), [Notification(2), Notification(3)]);

        await AwaitAssertAsync(() => Assert.Equal(["1", "2", "3"], socket.Messages));
    }

    [Fact]
    public async Task A_promise_that_cannot_be_kept_half_way_is_broken_aloud()
    {
        var (aloud, silent) = (new Socket(new AloudFormat()) { Room = 1 }, new Socket { Room = 1 });
        Subscribe("c", aloud, Since.Earliest.Instance);
        var join = await _channels.ExpectMsgAsync<JoinChannel>();
        Subscribe("c", silent, Since.Earliest.Instance);
        Joined(join, offset: 3);
        Page(await ReadAfterAsync(ReadHistory.Earliest), [Notification(1), Notification(2)]);
        await AwaitAssertAsync(() => Assert.True(aloud.Waiter is not null && silent.Waiter is not null));
        (aloud.Room, silent.Room) = (100, 100);
        aloud.Waiter!();
        silent.Waiter!();
        Page(await ReadAfterAsync(1), null);

        await AwaitAssertAsync(() => Assert.Equal(["1", "reset 3"], aloud.Messages));
        await AwaitAssertAsync(() => Assert.Equal([EndReason.HistoryLost], silent.Ends));
        Deliver(join, 4);
        await AwaitAssertAsync(() => Assert.Equal(["1", "reset 3", "4"], aloud.Messages));
        Assert.Equal(["1"], silent.Messages);
    }

    protected override void AfterAll()
    {
        _metrics.Dispose();
        base.AfterAll();
    }

    private static Notification Notification(long offset) =>
        new("c", new Position("epoch", offset), new PublishId(Guid.NewGuid(), 0), 0, Encoding.UTF8.GetBytes($"{offset}"));

    private void Start(RelayStripes stripes, BrokerOptions options, TimeProvider? time = null)
    {
        var before = stripes.For("c");
        Sys.ActorOf(
            Props.Create(() => new RelaysActor(
                stripes, _channels.Ref,
                _local,
                new PeerTable(),
                new NodeJoins(1000, long.MaxValue),
                options,
                _metrics,
                new Trail(1 << 20, 2, TimeProvider.System),
                time ?? TimeProvider.System)));
        AwaitCondition(() => !stripes.For("c").Equals(before));
    }

    private void Subscribe(string channel, Socket socket, Since? since = null) =>
        _stripes.For(channel).Tell(new RelayCommands.Subscribe(channel, socket.Subscription, since, new Reply(), null));

    private async Task<ReadHistory> ReadAfterAsync(long after)
    {
        while (true)
        {
            var message = await _channels.ReceiveOneAsync(TimeSpan.FromSeconds(20));
            Assert.NotNull(message);
            if (message is ReadHistory read && read.After == after)
            {
                return read;
            }
        }
    }

    private void Page(ReadHistory read, IReadOnlyList<Notification>? notifications)
    {
        var from = new Position("epoch", read.After == ReadHistory.Earliest ? 0 : read.After);
        _stripes.For(read.Channel).Tell(new HistoryPage(read.Channel, read.Relay, read.JoinNumber, read.After, from, notifications));
    }

    private void Unsubscribe(string channel, Socket socket) =>
        _stripes.For(channel).Tell(new RelayCommands.Unsubscribe(channel, socket.Subscription, null, null));

    private void Joined(JoinChannel join, long offset) =>
        _stripes.For(join.Channel).Tell(new ChannelJoined(join.Channel, join.Relay, join.JoinNumber, new Position("epoch", offset)));

    private void Deliver(JoinChannel join, long offset) =>
        _stripes.For("c").Tell(new Deliver(join.Relay, join.JoinNumber, Notification(offset)));

    private sealed class Socket : ISubscriber
    {
        public Socket(WireFormat? format = null) => Subscription = new Subscription(this, format ?? new TextFormat());

        public Subscription Subscription { get; }

        public bool Throws { get; init; }

        public Position? Position { get; set; }

        public string? Error { get; set; }

        public List<string> Messages { get; } = [];

        public List<EndReason> Ends { get; } = [];

        public bool Recovered { get; set; }

        /// <summary>Gets or sets the number of messages that fit into its queue.</summary>
        public int Room { get; set; } = 100;

        public Action? Waiter { get; private set; }

        public bool HasRoom => Messages.Count < Room;

        public void WhenRoom(Action then) => Waiter = then;

        public bool Write(WireMessage message)
        {
            if (Throws)
            {
                throw new InvalidOperationException("A defect.");
            }

            Messages.Add(Encoding.UTF8.GetString(message.Payload.Span));
            return true;
        }

        public void End(EndReason reason) => Ends.Add(reason);
    }

    private class TextFormat : WireFormat
    {
        public override WireMessage Encode(Notification notification) => WireMessage.Text(notification.Payload);
    }

    private sealed class AloudFormat : TextFormat
    {
        public override WireMessage? Reset(string channel, Position position) =>
            WireMessage.Text(Encoding.UTF8.GetBytes($"reset {position.Offset}"));
    }

    private sealed class Reply : JoinReply
    {
        public override void Joined(ISubscriber subscriber, Position position, bool recovered) =>
            (((Socket)subscriber).Position, ((Socket)subscriber).Recovered) = (position, recovered);

        public override void Failed(ISubscriber subscriber, string error) => ((Socket)subscriber).Error = error;
    }
}
