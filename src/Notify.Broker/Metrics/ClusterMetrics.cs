using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of the cluster.</summary>
public sealed class ClusterMetrics
{
    private readonly Counter<long> _moves;
    private readonly Histogram<double> _peerDuration;
    private readonly Counter<long> _unknown;
    private readonly Counter<long> _forwards;
    private Func<MemberCounts> _members = static () => default;
    private Func<(long Behind, long LargestQueue)> _peers = static () => (0, 0);
    private Func<long> _sent = static () => 0;
    private Func<long> _shards = static () => 0;

    internal ClusterMetrics(Meter meter)
    {
        meter.Gauge("notify.cluster.members", "{node}", "Nodes of the cluster as this node sees them, by status.", MeasureMembers);
        meter.Gauge("notify.cluster.shards", "{shard}", "Shards of channels on this node.", () => _shards());
        _moves = meter.CreateCounter<long>("notify.cluster.shard.moves", "{shard}", "Shards that came to this node or left it.");
        meter.Gauge("notify.cluster.peers.behind", "{node}", "Other nodes that do not keep up with deliveries.", () => _peers().Behind);
        meter.Gauge(
            "notify.cluster.peer.queue.size",
            "By",
            "The deliveries under way to the other node with the most of them.",
            () => _peers().LargestQueue);
        _peerDuration = meter.Duration("notify.cluster.peer.duration", "From a delivery to another node until its acknowledgement.");
        meter.CreateObservableCounter("notify.cluster.sent.size", () => _sent(), "By", "Notifications sent to other nodes.");
        _unknown = meter.CreateCounter<long>(
            "notify.cluster.messages.unknown", "{message}", "Messages of other nodes that this version does not know.");
        _forwards = meter.CreateCounter<long>(
            "notify.cluster.forwards", "{request}", "Requests that were forwarded to the node that has their session.");
    }

    /// <summary>Gets the number of shards on this node.</summary>
    public long Shards => _shards();

    /// <summary>Sets the source of the numbers of members.</summary>
    public void ObserveMembers(Func<MemberCounts> members) => _members = members;

    /// <summary>Sets the source of the other nodes that do not keep up, and of the most bytes under way to one of them.</summary>
    public void ObservePeers(Func<(long Behind, long LargestQueue)> peers) => _peers = peers;

    /// <summary>Sets the source of the bytes of notifications that were sent to other nodes.</summary>
    public void ObserveSent(Func<long> bytes) => _sent = bytes;

    /// <summary>Sets the source of the number of shards on this node.</summary>
    public void ObserveShards(Func<long> shards) => _shards = shards;

    /// <summary>Counts shards that came to this node.</summary>
    public void ShardsCame(long count) => Moved("in", count);

    /// <summary>Counts shards that left this node.</summary>
    public void ShardsLeft(long count) => Moved("out", count);

    /// <summary>Records how long a delivery to another node took until it was acknowledged.</summary>
    public void PeerAcknowledged(TimeSpan duration) => _peerDuration.Record(duration.TotalSeconds);

    /// <summary>Counts a message that this version does not know.</summary>
    public void UnknownMessage() => _unknown.Add(1);

    /// <summary>Counts a forwarded request: <c>ok</c>, <c>unknown</c> or <c>failed</c>.</summary>
    public void Forwarded(string outcome) => _forwards.Add(1, Instruments.Tag("outcome", outcome));

    private void Moved(string direction, long count)
    {
        if (count > 0)
        {
            _moves.Add(count, Instruments.Tag("direction", direction));
        }
    }

    private IEnumerable<Measurement<long>> MeasureMembers()
    {
        var members = _members();
        return
        [
            Instruments.Measure(members.Up, "status", "up"),
            Instruments.Measure(members.Joining, "status", "joining"),
            Instruments.Measure(members.Leaving, "status", "leaving"),
            Instruments.Measure(members.Unreachable, "status", "unreachable"),
        ];
    }
}
