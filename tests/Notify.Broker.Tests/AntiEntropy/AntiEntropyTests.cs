using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Notify.Broker.AkkaInternals;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.AntiEntropy;

/// <summary>
/// Tests the anti-entropy between two nodes in one process: real actors and real remoting, with relays and channels of the test.
/// </summary>
[Trait("Duration", "Long")]
public sealed class AntiEntropyTests : TestKit
{
    private readonly BrokerMetrics _metrics = new();
    private static readonly Config Remote = ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = WARNING
          actor {
            provider = remote
            serializers.notify = "{{typeof(BrokerSerializer).AssemblyQualifiedName}}"
            serialization-bindings { "{{typeof(IClusterMessage).AssemblyQualifiedName}}" = notify }
          }
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        """).WithFallback(TestTimeouts.Config);

    private static readonly BrokerOptions Options = new() { ExchangeInterval = TimeSpan.FromMilliseconds(100) };

    private readonly List<Address> _lost = [];
    private readonly Membership _membership = new();
    private readonly ActorSystem _other;
    private readonly PeerTable _here = new();
    private readonly PeerTable _there = new();
    private readonly TestProbe _relay;

    public AntiEntropyTests()
        : base(Remote)
    {
        _other = ActorSystem.Create(Sys.Name, Remote);
        _relay = CreateTestProbe();
        Address[] both = [AddressOf(Sys), AddressOf(_other)];
        _membership.Set(both, both, hasQuorum: true);
        var stripes = new RelayStripes(1);
        stripes.Set(0, _relay);
        Start(Sys, _here, stripes);
        Start(_other, _there, new RelayStripes(1));
    }

    private Peer Other => _here.At(AddressOf(_other));

    private Peer Here => _there.At(AddressOf(Sys));

    [Fact]
    public async Task A_join_that_the_owner_has_forgotten_is_said_to_be_gone()
    {
        var join = new JoinKey("c", RelayId.New(), 7);
        Other.Mine.Add(join);

        Assert.Equal(new ChannelStopped("c", join.Relay, 7), await _relay.ExpectMsgAsync<ChannelStopped>());
    }

    [Fact]
    public async Task A_join_that_the_relay_has_forgotten_is_asked_for()
    {
        var join = new JoinKey("c", RelayId.New(), 7);
        Here.Theirs.Add(join);

        Assert.Equal(new ProbeJoin("c", join.Relay, 7), await _relay.ExpectMsgAsync<ProbeJoin>());
    }

    [Fact]
    public async Task Of_many_joins_the_one_that_differs_is_found()
    {
        var relay = RelayId.New();
        for (var i = 0; i < 50_000; i++)
        {
            var join = new JoinKey($"channel-{i}", relay, i);
            Other.Mine.Add(join);
            if (i != 77)
            {
                Here.Theirs.Add(join);
            }
        }

        await _relay.FishForMessageAsync<ChannelStopped>(gone => gone.Channel == "channel-77");
        Here.Theirs.Add(new JoinKey("channel-77", relay, 77));
        await AwaitAssertAsync(() => Assert.Empty(Other.Mine.Digest().Differences(Here.Theirs.Digest())));
    }

    [Fact]
    public async Task A_last_notification_that_was_lost_is_said_to_have_been_told()
    {
        var relay = RelayId.New();
        Here.Announced.Set(
            new Deliver(relay, 7, new Notification("c", new Position("e", 3), new PublishId(Guid.NewGuid(), 0), 1, "x"u8.ToArray())));

        var told = new OffsetAnnouncement("c", relay, 7, new Position("e", 3));
        Assert.Equal(told, await _relay.ExpectMsgAsync<OffsetAnnouncement>());
        Assert.Equal(told, await _relay.ExpectMsgAsync<OffsetAnnouncement>());
    }

    [Fact]
    public async Task Marks_that_were_told_last_are_announced_with_their_revision_and_a_notification_keeps_it()
    {
        var relay = RelayId.New();
        Here.Announced.Set(new InboxTold("c", relay, 7, new Position("e", 3), 5, default, default));
        Here.Announced.Set(
            new Deliver(relay, 7, new Notification("c", new Position("e", 4), new PublishId(Guid.NewGuid(), 0), 1, "x"u8.ToArray())));

        // The marks alone may have been announced before.
        var expected = new OffsetAnnouncement("c", relay, 7, new Position("e", 4)) { Revision = 5 };
        await _relay.FishForMessageAsync<OffsetAnnouncement>(announced => announced == expected);
    }

    [Fact]
    public async Task A_mark_comes_back_when_the_relays_have_handled_what_was_before_it()
    {
        Assert.True(Here.Account.TryCharge(1000));

        var pass = await _relay.ExpectMsgAsync<RelayCommands.Barrier>();
        Assert.Equal(1000, Here.Account.Bytes);
        _relay.Reply(pass);

        await AwaitAssertAsync(() => Assert.Equal(0, Here.Account.Bytes));
    }

    [Fact]
    public async Task A_node_that_is_no_member_any_more_and_says_something_late_is_let_go_again()
    {
        var gone = new Address("akka.tcp", Sys.Name, "127.0.0.1", 1);
        _here.At(gone);

        await AwaitAssertAsync(() => Assert.Contains(gone, _lost));
    }

    protected override void AfterAll()
    {
        Shutdown(_other);
        _metrics.Dispose();
        base.AfterAll();
    }

    private static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    private void Start(ActorSystem system, PeerTable peers, RelayStripes stripes) => system.ActorOf(
        ActorProps.From(() => new AntiEntropyActor(
            AddressOf(system),
            peers,
            _membership,
            stripes,
            Options,
            TimeProvider.System,
            address => system.ActorSelection(new RootActorPath(address) / "user" / AntiEntropyActor.Name),
            _lost.Add,
            _metrics)),
        AntiEntropyActor.Name);
}
