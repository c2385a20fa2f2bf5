using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;

namespace Notify.Broker.Clustering;

/// <summary>
/// Follows the members and their links, and when what is broken has come to rest takes out whom <see cref="DowningDecision"/> does not
/// keep: the others, or this node.
/// </summary>
internal sealed partial class DowningActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(0.5);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Dictionary<UniqueAddress, Member> _members = [];
    private readonly DowningRule _rule;
    private readonly Settling _settling;
    private readonly ILogger _logger;
    private BrokenLinks<UniqueAddress> _broken = new();
    private IReadOnlySet<UniqueAddress>? _kept;

    public DowningActor(DowningRule rule, Settling settling, ILogger logger)
    {
        _rule = rule;
        _settling = settling;
        _logger = logger;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => Stopwatch.GetElapsedTime(_began);

    // Those that still have a say: who is down or exiting is on its way out already.
    private HashSet<UniqueAddress> Remaining => [.. _members.Values
        .Where(member => member.Status is not MemberStatus.Down and not MemberStatus.Exiting)
        .Select(member => member.UniqueAddress)];

    private bool IsIn => _members.TryGetValue(_cluster.SelfUniqueAddress, out var self)
        && self.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Leaving;

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), LinkReports.EventType);
        Timers.StartPeriodicTimer(Look.Instance, Look.Instance, LookInterval);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.IMemberEvent member:
                Follow(member.Member, isGone: member is ClusterEvent.MemberRemoved);
                break;
            case Look:
                OnLook();
                break;
            case not null when LinkReports.Is(message):
                OnLinks(LinkReports.Read(message));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Follow(Member member, bool isGone)
    {
        if (isGone)
        {
            _members.Remove(member.UniqueAddress);
        }
        else
        {
            _members[member.UniqueAddress] = member;
        }

        // A new member counts from now on. One that goes, as it should or as was decided, is no news; nobody waits longer for it.
        Consider(isNews: member.Status is MemberStatus.Up);
    }

    private void OnLinks(BrokenLinks<UniqueAddress> broken)
    {
        _broken = broken;
        Consider(isNews: false);
    }

    // What matters is whether the decision would be another one. A second node that reports a killed one confirms what the first has said.
    private void Consider(bool isNews)
    {
        var isBroken = IsBroken();
        var kept = isBroken ? Decide() : null;
        if (!isBroken)
        {
            _settling.Done(Now);
        }
        else if (isNews || _kept is null || !_kept.SetEquals(kept!))
        {
            _settling.Change(Now);
        }

        _kept = kept;
    }

    private IReadOnlySet<UniqueAddress> Decide() => DowningDecision.Keep(
        [.. _members.Values.Order(Member.AgeOrdering).Select(member => new DowningMember(member.UniqueAddress, member.Status))],
        _broken,
        _rule);

    private bool IsBroken() => _broken.AnyAmong(Remaining);

    private void OnLook()
    {
        if (!IsIn || !IsBroken())
        {
            return;
        }

        switch (_settling.Look(Now))
        {
            case Settling.Verdict.Stable:
                Act(Decide());
                break;
            case Settling.Verdict.Unstable:
                LogUnstable();
                Act(new HashSet<UniqueAddress>());
                break;
        }
    }

    // Who is not kept takes out itself alone: the others of its part do the same, and should one of them know more it stays.
    private void Act(IReadOnlySet<UniqueAddress> kept)
    {
        _settling.Done(Now);
        var lost = Remaining.Where(node => !kept.Contains(node)).Select(node => node.Address).ToList();
        if (kept.Contains(_cluster.SelfUniqueAddress))
        {
            LogTakesOut(string.Join(", ", lost.Select(static node => $"{node.Host}:{node.Port}")), Names(kept));
            lost.ForEach(_cluster.Down);
        }
        else
        {
            LogLeaves(kept.Count == 0 ? "no part of the cluster may go on" : "the cluster goes on with " + Names(kept));
            _cluster.Down(_cluster.SelfAddress);
        }
    }

    private static string Names(IEnumerable<UniqueAddress> nodes) =>
        string.Join(", ", nodes.Select(static node => $"{node.Address.Host}:{node.Address.Port}"));

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Lost: {Lost}. The cluster goes on with {Kept}, which take over the channels; sends to those may be answered 503 for some seconds. "
            + "A lost node that still runs ends, and joins again when it is started.",
        EventName = "TakesOut")]
    private partial void LogTakesOut(string lost, string kept);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "This node has lost the others and ends with exit code 1, to be started again: {Reason}.",
        EventName = "Leaves")]
    private partial void LogLeaves(string reason);

    [LoggerMessage(3, LogLevel.Warning, "Links between nodes break and heal without coming to rest.", EventName = "Unstable")]
    private partial void LogUnstable();

    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();

        private Look()
        {
        }
    }
}
