using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Recovery;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Tests.Recovery;

/// <summary>Tests a session and its client on different nodes: two actor systems with real remoting between them.</summary>
public sealed class ClusterSessionsTests : TestKit
{
    private const int MaxSize = 10_000;

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

    private readonly BrokerMetrics _metrics = new();
    private readonly Membership _membership = new();
    private readonly ActorSystem _other;
    private readonly PrivateIds _thereIds = new();
    private readonly SocketIds _socketIds = new(7);
    private readonly RecoverableSessions _here;
    private readonly RecoverableSessions _there;
    private readonly ClusterSessions _sessions;
    private readonly ClusterSessions _hasty;

    public ClusterSessionsTests()
        : base(Remote)
    {
        _other = ActorSystem.Create(Sys.Name, Remote);
        _here = new RecoverableSessions(new PrivateIds(), TimeSpan.FromMinutes(2), 1 << 20, TimeProvider.System, _metrics);
        _there = new RecoverableSessions(_thereIds, TimeSpan.FromMinutes(2), 1 << 20, TimeProvider.System, _metrics);
        _other.ActorOf(ActorProps.From(() => new SessionsActor(_there, MaxSize)), SessionsActor.Name);
        var others = new OtherNodes(Sys, _membership);

        // A busy machine may need more than the default of half a second to connect the two systems.
        _sessions = new ClusterSessions(_here, () => others, _socketIds, TimeSpan.FromSeconds(20));
        _hasty = new ClusterSessions(_here, () => others, _socketIds, TimeSpan.FromMilliseconds(100));
        SetMembers(AddressOf(_other));
    }

    [Fact]
    public async Task A_session_is_taken_from_the_node_that_has_it_and_gets_a_room_at_this_one()
    {
        var session = Session("a");
        var isEnded = false;
        _there.Add(session, party: 0, () => isEnded = true);

        var found = Assert.IsType<SessionHandover.Found>(await _sessions.ClaimAsync(session.PrivateId)).Session;

        Assert.True(isEnded);
        Assert.Equal(session.PrivateId, found.PrivateId);
        Assert.True(SocketIds.TryReadNode(found.SocketId, out var node) && node == _socketIds.Node);
        Assert.Equal(new Position("e", 3), found.Log.Rewind(LastReceived.Nothing.Instance)!["a"]);
        Assert.Same(SessionHandover.Over.Instance, await _sessions.ClaimAsync(session.PrivateId));
    }

    [Fact]
    public async Task A_session_of_this_node_is_taken_without_asking_anybody()
    {
        SetMembers(Nobody);
        var session = Session("a");
        _here.GiveBack(session, party: 0);

        Assert.Same(session, Assert.IsType<SessionHandover.Found>(await _sessions.ClaimAsync(session.PrivateId)).Session);
    }

    [Fact]
    public async Task A_session_of_a_node_that_nobody_knows_has_lost_its_holder() =>
        Assert.Same(SessionHandover.HolderGone.Instance, await _sessions.ClaimAsync(new PrivateIds().Next()));

    [Fact]
    public async Task As_long_as_a_node_does_not_answer_nobody_knows_that_a_session_is_over()
    {
        SetMembers(AddressOf(_other), Nobody);

        Assert.Same(SessionHandover.HolderGone.Instance, await _hasty.ClaimAsync(_thereIds.Next()));
    }

    [Fact]
    public async Task A_session_that_is_too_large_for_a_message_begins_anew()
    {
        var session = Session([.. Enumerable.Range(0, 200).Select(i => $"channel-{i}")]);
        _there.GiveBack(session, party: 0);

        Assert.Same(SessionHandover.Over.Instance, await _sessions.ClaimAsync(session.PrivateId));
    }

    protected override void AfterAll()
    {
        Shutdown(_other);
        _here.Dispose();
        _there.Dispose();
        _metrics.Dispose();
        base.AfterAll();
    }

    private static Address Nobody => new("akka.tcp", "nobody", "127.0.0.1", 1);

    private static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    private void SetMembers(params Address[] others)
    {
        Address[] all = [AddressOf(Sys), .. others];
        _membership.Set(all, all, hasQuorum: true);
    }

    private RecoverableSession Session(params string[] channels)
    {
        var log = new DeliveryLog();
        foreach (var channel in channels)
        {
            log.Joined(log.Join(channel, hasPositions: false, out _)!, new Position("e", 3));
        }

        return new RecoverableSession(_thereIds.Next(), new SocketIds(9).Next(), log);
    }
}
