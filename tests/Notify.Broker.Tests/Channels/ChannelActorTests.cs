using System.Text;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Channels;

public sealed class ChannelActorTests : TestKit
{
    private static readonly BrokerOptions Options =
        new() { Channels = new() { HistoryTtl = TimeSpan.FromMilliseconds(100) }, MemoryMax = 10_000 };

    private readonly BrokerMetrics _metrics = new();
    private readonly Membership _members = new();
    private readonly LocalChannels _channels = new();
    private readonly LocalRelays _relays = new();
    private readonly PeerTable _peers = new();

    public ChannelActorTests()
        : base(TestTimeouts.Config)
    {
        _members.Set([], [], hasQuorum: true);
    }

    [Fact]
    public async Task A_part_without_a_majority_takes_no_channel_from_its_owner()
    {
        var store = new HangingStore();
        store.GoOn();
        _members.Set([], [], hasQuorum: false);
        var channel = Sys.ActorOf(Props(store));

        await WatchAsync(channel);
        await ExpectTerminatedAsync(channel);

        Assert.Empty(await store.ListAsync("", null, 1));
        Assert.Empty(_channels.Entries);
    }

    [Fact]
    public async Task Relays_are_told_in_order_before_the_sender_is_answered()
    {
        var channel = Start();
        var relay = await JoinAsync(channel);

        for (var i = 1; i <= 3; i++)
        {
            var published = await PublishAsync(channel, $"{i}");
            Assert.Equal(i, published.Position.Offset);
        }

        for (var i = 1; i <= 3; i++)
        {
            var deliver = await relay.Probe.ExpectMsgAsync<Deliver>();
            Assert.Equal((relay.Id, 1L, i), (deliver.Relay, deliver.JoinNumber, deliver.Notification.Offset));
            Assert.Equal($"{i}", Encoding.UTF8.GetString(deliver.Notification.Payload.Span));
        }
    }

    [Fact]
    public async Task A_relay_of_this_node_is_charged_before_it_is_told()
    {
        var account = new DeliveryAccount(1000);
        var id = RelayId.New();
        _relays.Add(id, account, () => 1);
        var channel = Start();
        var relay = await JoinAsync(channel, id);

        await PublishAsync(channel, "payload");

        var deliver = await relay.Probe.ExpectMsgAsync<Deliver>();
        Assert.Equal(deliver.Notification.Cost, account.Bytes);
    }

    [Fact]
    public async Task A_channel_that_stops_tells_its_relays_so()
    {
        var channel = Start();
        var relay = await JoinAsync(channel);

        channel.Tell(ChannelCommands.Stop.Instance);

        var gone = await relay.Probe.ExpectMsgAsync<ChannelStopped>();
        Assert.Equal(new ChannelStopped("c", relay.Id, 1), gone);
        await AwaitAssertAsync(() => Assert.Equal(0, _channels.Count));
    }

    [Fact]
    public async Task A_channel_that_is_left_and_empty_asks_to_leave_when_it_is_idle_and_not_before()
    {
        var parent = CreateTestProbe();
        var channel = parent.ChildActorOf(Props());
        var relay = await JoinAsync(channel);
        var entry = Assert.Single(_channels.Entries);
        channel.Tell(new ChannelCommands.Tidy(long.MaxValue));
        await parent.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));

        channel.Tell(new LeaveChannel("c", relay.Id, 1));
        await AwaitConditionAsync(() => Task.FromResult(entry.IsIdle));
        channel.Tell(new ChannelCommands.Tidy(entry.ActiveAt - 1));
        channel.Tell(new ChannelCommands.Tidy(long.MaxValue));

        var passivate = await parent.ExpectMsgAsync<Passivate>();
        Assert.Equal(ChannelCommands.Stop.Instance, passivate.StopMessage);
        await parent.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task The_histories_of_a_node_stay_within_their_bound()
    {
        var channel = Start();

        for (var i = 0; i < 200; i++)
        {
            await PublishAsync(channel, new string('x', 500));
        }

        Assert.InRange(_channels.Bytes, 1, Options.MemoryMax + 1000);
    }

    [Fact]
    public async Task A_channel_that_fails_starts_a_life_with_an_epoch_of_its_own()
    {
        var channel = Start();
        var before = await PublishAsync(channel, "1");
        var relay = await JoinAsync(channel);

        channel.Tell(Kill.Instance);

        await relay.Probe.ExpectMsgAsync<ChannelStopped>();
        var after = await PublishAsync(Start(), "1");
        Assert.NotEqual(before.Position.Epoch, after.Position.Epoch);
    }

    [Fact]
    public async Task Sends_that_wait_for_a_channel_are_refused_at_once_when_the_store_does_not_work()
    {
        var store = new HangingStore();
        var channel = Watch(Sys.ActorOf(Props(store)));
        for (var i = 0; i < 2; i++)
        {
            channel.Tell(new Publish("c", new PublishId(Guid.NewGuid(), 0), new byte[10]), TestActor);
        }

        store.Fail("The disk is full.");

        Assert.All(await ReceiveNAsync(2, default).ToListAsync(), answer => Assert.IsType<PublishRefused>(answer));
        await ExpectTerminatedAsync(channel);
        Assert.Equal(0, _channels.Reserved);
    }

    [Fact]
    public async Task A_store_that_hangs_costs_bounded_memory_and_answers_when_it_goes_on()
    {
        var store = new HangingStore();
        var channel = Sys.ActorOf(Props(store));
        var payload = new byte[1 << 20];
        for (var i = 0; i < 40; i++)
        {
            channel.Tell(new Publish("c", new PublishId(Guid.NewGuid(), 0), payload), TestActor);
        }

        await ExpectMsgAsync<PublishRefused>();
        await ReceiveNAsync(8, default).ToListAsync();
        Assert.InRange(_channels.Reserved, 1, LocalChannels.MaxReserved);
        store.GoOn();

        Assert.All(await ReceiveNAsync(31, default).ToListAsync(), answer => Assert.IsType<Published>(answer));
        Assert.Equal(0, _channels.Reserved);
    }

    [Fact]
    public async Task A_claim_that_comes_too_late_is_given_back()
    {
        var store = new HangingStore();
        var channel = Sys.ActorOf(Props(store));
        channel.Tell(new JoinChannel("c", RelayId.New(), 1), CreateTestProbe());
        await WatchAsync(channel);
        channel.Tell(ChannelCommands.Stop.Instance);
        await ExpectTerminatedAsync(channel);
        Assert.Equal(0, _channels.Reserved);

        store.GoOn();

        await AwaitAssertAsync(() => Assert.Equal(1, store.Released));
    }

    [Fact]
    public async Task A_relay_that_was_told_more_than_the_store_has_gets_another_epoch()
    {
        var store = new ForgetfulStore(new Position("e", 5));
        var channel = Sys.ActorOf(Props(store));
        var (relay, other) = (RelayId.New(), RelayId.New());
        var (probe, others) = (CreateTestProbe(), CreateTestProbe());
        channel.Tell(new JoinChannel("c", other, 1), others);
        Assert.Equal(new Position("e", 5), (await others.ExpectMsgAsync<ChannelJoined>()).Head);
        await WatchAsync(channel);

        channel.Tell(new JoinChannel("c", relay, 1, new KnownNotification(new Position("e", 7), null)), probe);

        // All of its relays join again at its next owner.
        await ExpectTerminatedAsync(channel);
        await others.ExpectMsgAsync<ChannelStopped>();
        var next = Sys.ActorOf(Props(store));
        next.Tell(new JoinChannel("c", relay, 2, new KnownNotification(new Position("e", 7), null)), probe);
        Assert.Equal(new Position("renewed", 5), (await probe.ExpectMsgAsync<ChannelJoined>()).Head);
    }

    [Fact]
    public async Task A_relay_is_answered_when_the_store_has_what_it_was_told_and_the_owner_cannot_tell()
    {
        var store = new ForgetfulStore(new Position("e", 5));
        var channel = Sys.ActorOf(Props(store));
        var probe = CreateTestProbe();
        var known = new KnownNotification(new Position("e", 4), new PublishId(Guid.NewGuid(), 0));

        channel.Tell(new JoinChannel("c", RelayId.New(), 1, known), probe);

        Assert.Equal(new Position("e", 5), (await probe.ExpectMsgAsync<ChannelJoined>()).Head);
        Assert.Equal(known, Assert.Single(store.Asked));
    }

    protected override void AfterAll()
    {
        _metrics.Dispose();
        base.AfterAll();
    }

    private Props Props(IHistoryStore? store = null)
    {
        var services = new ChannelServices(
            Options, store ?? new MemoryStore(), _members, _channels, _relays, _peers, _metrics, TimeProvider.System);
        return Akka.Actor.Props.Create(() => new ChannelActor(ChannelName.ToEntityId("c"), services));
    }

    private IActorRef Start() => Sys.ActorOf(Props());

    private async Task<(RelayId Id, TestProbe Probe)> JoinAsync(IActorRef channel, RelayId? id = null)
    {
        var relay = (Id: id ?? RelayId.New(), Probe: CreateTestProbe());
        channel.Tell(new JoinChannel("c", relay.Id, 1), relay.Probe);
        await relay.Probe.ExpectMsgAsync<ChannelJoined>();
        return relay;
    }

    private static Task<Published> PublishAsync(IActorRef channel, string payload) =>
        channel.Ask<Published>(
            new Publish("c", new PublishId(Guid.NewGuid(), 0), Encoding.UTF8.GetBytes(payload)),
            TimeSpan.FromSeconds(20));
}
