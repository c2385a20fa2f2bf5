using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;

namespace Notify.Broker.Clustering;

/// <summary>Tracks the cluster's members, updates <see cref="Membership"/>, and announces removed members.</summary>
internal sealed partial class MembershipActor : UntypedActor
{
    /// <summary>The actor's name, by which the other nodes find it.</summary>
    public const string Name = "membership";

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly Membership _membership;
    private readonly ClusterSettings _settings;
    private readonly ILogger _logger;
    private readonly Action<Address> _removed;
    private readonly TimeProvider _time;
    private readonly Dictionary<UniqueAddress, long> _unreachable = [];
    private readonly List<Address> _gone = [];
    private BrokenLinks<UniqueAddress> _broken = new();
    private bool _hadQuorum;
    private bool _isKnown;
    private IActorRef? _asking;

    public MembershipActor(
        Membership membership, ClusterSettings settings, ILogger logger, Action<Address> removed, TimeProvider time)
    {
        _time = time;
        _membership = membership;
        _settings = settings;
        _logger = logger;
        _removed = removed;
    }

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), LinkReports.EventType);
        _cluster.SendCurrentClusterState(Self);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.IMemberEvent:
                if (message is ClusterEvent.MemberRemoved removed)
                {
                    _gone.Add(removed.Member.Address);
                    LogGone(removed);
                }

                // The state of the cluster extension comes from another listener, which may not have received this event yet.
                _cluster.SendCurrentClusterState(Self);
                break;
            case not null when LinkReports.Is(message):
                _broken = LinkReports.Read(message);
                _cluster.SendCurrentClusterState(Self);
                break;
            case ClusterEvent.CurrentClusterState state:
                Look(state);
                _asking?.Tell(Known.Instance);
                _isKnown = true;
                _gone.ForEach(_removed);
                _gone.Clear();
                break;
            case ListNodes:
                Sender.Tell(new NodeList([.. _membership.Nodes.Select(node => $"{node.Host}:{node.Port}")]));
                break;
            case Known when _isKnown:
                Sender.Tell(message);
                break;
            case Known:
                _asking = Sender;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Look(ClusterEvent.CurrentClusterState state)
    {
        var up = state.Members
            .Where(member => member.Status == MemberStatus.Up)
            .Order(Member.AgeOrdering)
            .Select(member => member.UniqueAddress)
            .ToList();
        var reachable = Reachable(up).Select(node => node.Address).ToList();

        // A node that has taken itself out still hears of the others, whose majority is not its own.
        var isMember = state.Members.Any(member =>
            member.UniqueAddress == _cluster.SelfUniqueAddress && member.Status is not (MemberStatus.Down or MemberStatus.Removed));
        var hasQuorum = isMember && Quorum.IsReached(reachable.Count, up.Count, _settings);
        var others = state.Members
            .Where(member => member.UniqueAddress != _cluster.SelfUniqueAddress)
            .Select(member => NodeRoles.Read(member.Address, member.Roles))
            .OfType<RemoteNode>();
        _membership.Set(
            reachable,
            [.. state.Members.Select(member => member.Address)],
            hasQuorum,
            [.. others],
            Count(state),
            [.. state.Unreachable.Select(member => member.Address)]);
        LogReachability([.. state.Unreachable.Select(member => member.UniqueAddress)]);
        if (_settings.IsClustered && hasQuorum != _hadQuorum)
        {
            _hadQuorum = hasQuorum;
            if (hasQuorum)
            {
                LogQuorum(reachable.Count);
            }
            else
            {
                LogNoQuorum(reachable.Count, up.Count);
            }
        }
    }

    private static MemberCounts Count(ClusterEvent.CurrentClusterState state)
    {
        var reachable = state.Members.Except(state.Unreachable).ToList();
        return new MemberCounts(
            reachable.Count(member => member.Status == MemberStatus.Up),
            reachable.Count(member => member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp),
            reachable.Count(member => member.Status is MemberStatus.Leaving or MemberStatus.Exiting),
            state.Unreachable.Count);
    }

    private void LogReachability(HashSet<UniqueAddress> unreachable)
    {
        foreach (var node in _unreachable.Keys.Where(node => !unreachable.Contains(node)).ToList())
        {
            _unreachable.Remove(node, out var since);
            if (_membership.Has(node.Address))
            {
                LogBack(node.Address.Host, node.Address.Port, TimeSpan.FromMilliseconds(_time.GetMilliseconds() - since));
            }
        }

        foreach (var node in unreachable.Where(node => _unreachable.TryAdd(node, _time.GetMilliseconds())))
        {
            LogUnreachable(node.Address.Host, node.Address.Port);
        }
    }

    private void LogGone(ClusterEvent.MemberRemoved removed)
    {
        if (removed.Member.UniqueAddress == _cluster.SelfUniqueAddress)
        {
            return;
        }

        var (host, port) = (removed.Member.Address.Host, removed.Member.Address.Port);
        if (removed.PreviousStatus == MemberStatus.Down)
        {
            LogRemoved(host, port);
        }
        else
        {
            LogLeft(host, port);
        }
    }

    // Those who would go on together with this node. One that reaches everybody goes on while two others do not reach each other.
    private IReadOnlyList<UniqueAddress> Reachable(List<UniqueAddress> up) =>
        up.Contains(_cluster.SelfUniqueAddress)
            ? LargestSet.FindWith(_cluster.SelfUniqueAddress, up, _broken)
            : LargestSet.Find(up, _broken);

    [LoggerMessage(
        1,
        LogLevel.Information,
        "{Reachable} of the cluster's nodes reach each other: publishes are accepted.",
        EventName = "Quorum")]
    private partial void LogQuorum(int reachable);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Only {Reachable} of {Up} nodes are reachable: publishes are answered with 503 until a majority is.",
        EventName = "NoQuorum")]
    private partial void LogNoQuorum(int reachable, int up);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Node {Host}:{Port}, which was lost, is removed: its channels start on the other nodes.",
        EventName = "NodeRemoved")]
    private partial void LogRemoved(string host, int? port);

    [LoggerMessage(
        4,
        LogLevel.Information,
        "Node {Host}:{Port} has left the cluster; its channels have moved to the other nodes.",
        EventName = "NodeLeft")]
    private partial void LogLeft(string host, int? port);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "Node {Host}:{Port} cannot be reached by a node of the cluster. If it stays so, it is removed, and its channels start on the other "
            + "nodes. Check whether it runs, and the network to it.",
        EventName = "NodeUnreachable")]
    private partial void LogUnreachable(string host, int? port);

    [LoggerMessage(6, LogLevel.Information, "Node {Host}:{Port} can be reached again, after {Duration}.", EventName = "NodeBack")]
    private partial void LogBack(string host, int? port, TimeSpan duration);

    /// <summary>Comes back when the members are known for the first time.</summary>
    public sealed class Known : INoSerializationVerificationNeeded
    {
        public static readonly Known Instance = new();

        private Known()
        {
        }
    }
}
