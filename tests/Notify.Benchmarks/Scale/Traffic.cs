using Notify.Broker.Messages;

namespace Notify.Benchmarks.Scale;

/// <summary>
/// Counts the messages between nodes and their bytes. A message that belongs to a join stands for as many as the sample leaves out;
/// publishes and what belongs to pairs of nodes are not sampled.
/// </summary>
internal sealed class Traffic(int sample, TimeProvider time)
{
    // Without an actor system: the layouts need none.
    private readonly BrokerSerializer _serializer = new(null!);
    private readonly Dictionary<Type, int> _fixedSizes = [];
    private readonly Dictionary<string, (long Messages, long Bytes)> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (long Messages, long Bytes)> _nodes = [];
    private readonly Dictionary<int, (long Messages, long Bytes)> _second = [];
    private (long Messages, long Bytes) _peak;
    private long _began;
    private long _current;

    /// <summary>Begins a scenario.</summary>
    public void Begin()
    {
        _kinds.Clear();
        _nodes.Clear();
        _second.Clear();
        _peak = default;
        _began = time.GetTimestamp();
    }

    /// <summary>Returns the length of a message in bytes, as the broker writes it.</summary>
    public int Size(IClusterMessage message)
    {
        var type = message.GetType();
        if (_fixedSizes.TryGetValue(type, out var known))
        {
            return known;
        }

        var size = _serializer.ToBinary(message).Length;
        if (message is CompareJoins or FlowControlProbe or FlowControlAck)
        {
            _fixedSizes.Add(type, size);
        }

        return size;
    }

    /// <summary>Counts a message.</summary>
    public void Count(SimulatedNode from, SimulatedNode to, IClusterMessage message)
    {
        // A list is a whole bucket of joins, of which only a part runs. PairCost measures it with all joins of a pair.
        if (message is ListJoins or JoinList or ProbeJoin)
        {
            return;
        }

        var size = Size(message);
        size += Envelope.Size(from, to, message, _serializer.Manifest(message), size);

        // A read follows a publish that a client or a relay missed, and publishes are not sampled.
        var weight = message is JoinChannel or ChannelJoined or LeaveChannel or ChannelStopped ? sample : 1;
        Add(_kinds, KindOf(message), weight, size);
        var second = time.GetTimestamp() / 1000;
        if (second != _current)
        {
            EndSecond();
            _current = second;
        }

        foreach (var node in (ReadOnlySpan<SimulatedNode>)[from, to])
        {
            Add(_nodes, node.Index, weight, size);
            Add(_second, node.Index, weight, size);
        }
    }

    /// <summary>Ends a scenario.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="nodes">The number of nodes.</param>
    public ScenarioReport End(string name, int nodes)
    {
        EndSecond();
        var seconds = (time.GetTimestamp() - _began) / 1000.0;
        return new ScenarioReport
        {
            Name = name,
            Seconds = seconds,
            MessagesPerNode = _nodes.Values.Sum(node => node.Messages) / seconds / nodes,
            BytesPerNode = _nodes.Values.Sum(node => node.Bytes) / seconds / nodes,
            BusiestMessages = _nodes.Values.Select(node => node.Messages).DefaultIfEmpty().Max() / seconds,
            BusiestBytes = _nodes.Values.Select(node => node.Bytes).DefaultIfEmpty().Max() / seconds,
            PeakMessages = _peak.Messages,
            PeakBytes = _peak.Bytes,
            Kinds = _kinds.ToDictionary(
                kind => kind.Key, kind => new ScenarioReport.Kind(kind.Value.Messages / seconds, kind.Value.Bytes / seconds)),
        };
    }

    private static string KindOf(IClusterMessage message) => message switch
    {
        CompareJoins => "compare",
        OffsetAnnouncements => "offsets",
        FlowControlProbe or FlowControlAck => "flow control",
        Publish or Published => "publish",
        Deliver => "deliver",
        ReadHistory or HistoryPage => "replay",
        _ => "join",
    };

    private static void Add<TKey>(Dictionary<TKey, (long Messages, long Bytes)> counts, TKey key, long weight, long size)
        where TKey : notnull
    {
        var (messages, bytes) = counts.GetValueOrDefault(key);
        counts[key] = (messages + weight, bytes + (weight * size));
    }

    private void EndSecond()
    {
        foreach (var (messages, bytes) in _second.Values)
        {
            _peak = (Math.Max(_peak.Messages, messages), Math.Max(_peak.Bytes, bytes));
        }

        _second.Clear();
    }
}
