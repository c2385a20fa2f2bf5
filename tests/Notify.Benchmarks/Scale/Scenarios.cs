using System.Globalization;
using System.Text;

namespace Notify.Benchmarks.Scale;

/// <summary>
/// Runs what happens to a cluster, one scenario after the other. From the steady state on, notifications are published all the time.
/// </summary>
internal sealed class Scenarios
{
    // A killed node is missed after more than four seconds without a heartbeat, and the members must be stable for three more seconds.
    private const int DetectionTime = 7_500;
    private const int Drain = 5_000;
    private const int Turn = 10;

    private readonly ScaleOptions _options;
    private readonly SimulatedCluster _cluster;
    private readonly int _nodes;
    private readonly string[] _channels;
    private readonly SimulatedConnection[] _connections;
    private readonly byte[] _payload;
    private bool _isPublishing;
    private double _due;
    private int _next;

    public Scenarios(ScaleOptions options, int nodes)
    {
        _options = options;
        _nodes = nodes;
        _cluster = new SimulatedCluster(options, nodes);
        _payload = Encoding.UTF8.GetBytes($"\"{new string('x', Math.Max(0, options.Bytes - 2))}\"");
        _channels =
        [
            .. Enumerable.Range(0, options.SampledChannels)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"user:{(long)i * options.Sample + 10_000_000}")),
        ];
        _connections =
        [
            .. Enumerable.Range(0, options.SampledConnections)
                .Select(i => new SimulatedConnection(_cluster, _channels[i % _channels.Length])),
        ];
    }

    /// <summary>Gets the cluster.</summary>
    public SimulatedCluster Cluster => _cluster;

    /// <summary>Gets the connections.</summary>
    public IReadOnlyList<SimulatedConnection> Connections => _connections;

    /// <summary>Has all clients connect within the time of the options.</summary>
    public ScenarioReport Join()
    {
        var report = Measure("everybody joins", _options.JoinSeconds, () =>
        {
            foreach (var connection in _connections)
            {
                _cluster.Reconnect(connection, 0, _options.JoinSeconds * 1000);
            }
        });
        RunUntil(_cluster.Now + 1_000);
        return report;
    }

    /// <summary>Publishes to one channel after the other, while clients reconnect now and then.</summary>
    public ScenarioReport Steady()
    {
        _isPublishing = true;
        Publish();
        var end = _cluster.Now + 15_000;
        var due = 0.0;
        Churn();

        // The first exchange tells nothing of the publishes.
        _cluster.RunUntil(_cluster.Now + 3_000);
        return Measure("steady", 12, () => { });

        void Churn()
        {
            for (due += _connections.Length / _options.Lifetime * Turn / 1000; due >= 1; due--)
            {
                var connection = _connections[_cluster.Next(_connections.Length)];
                connection.Disconnect();
                _cluster.Reconnect(connection, 100, 1_000);
            }

            if (_cluster.Now < end)
            {
                _cluster.Schedule(Turn, Churn);
            }
        }
    }

    /// <summary>Replaces one node: its clients are closed in turn, its shards move, and a new process joins and receives shards.</summary>
    public ScenarioReport Deploy() => Measure("one node of a deploy", 30, () =>
    {
        var node = _cluster.Members[_nodes / 2];
        node.IsDraining = true;
        foreach (var connection in ConnectionsOf(node))
        {
            _cluster.Schedule(_cluster.Next(Drain), () =>
            {
                connection.Disconnect();
                _cluster.Reconnect(connection, 500, 2_000);
            });
        }

        _cluster.Schedule(Drain, () => _cluster.Move(_cluster.Shards.At(node)));
        _cluster.Schedule(Drain + 1_500, () => _cluster.Remove([node]));
        _cluster.Schedule(Drain + 6_500, () => _cluster.Start(node.Index));
        _cluster.Schedule(Drain + 8_500, _cluster.Rebalance);
    });

    /// <summary>Kills one node.</summary>
    public ScenarioReport Kill()
    {
        var node = _cluster.Members[_nodes / 3];
        var report = Measure("one node killed", 15, () =>
        {
            node.IsUp = false;
            LoseConnections([node]);
            _cluster.Schedule(DetectionTime, () => _cluster.Remove([node]));
        });
        _isPublishing = false;
        _cluster.Start(node.Index);
        _cluster.Schedule(1_000, _cluster.Rebalance);
        RunUntil(_cluster.Now + 10_000);
        return report;
    }

    /// <summary>Cuts off a third of the nodes. The others remove them, and their clients connect to the others.</summary>
    public ScenarioReport Cut() => Measure("a third cut off", 20, () =>
    {
        _isPublishing = true;
        Publish();
        var cut = _cluster.Members.TakeLast(_nodes / 3).ToList();
        cut.ForEach(node => node.IsCut = true);
        _cluster.Schedule(DetectionTime, () =>
        {
            LoseConnections(cut);
            _cluster.Remove(cut);
        });
    });

    /// <summary>Publishes to one channel with listeners on all nodes, and to no other.</summary>
    public ScenarioReport Hot()
    {
        _isPublishing = false;
        var listeners = _cluster.Members.Select(node =>
        {
            var listener = new SimulatedConnection(_cluster, "news");
            listener.Connect(node);
            return listener;
        }).ToList();
        RunUntil(_cluster.Now + 3_000);
        var end = _cluster.Now + 6_000;
        var report = Measure("one channel on all nodes", 6, Publish);
        RunUntil(_cluster.Now + 4_000);
        Faults += listeners.Count(listener => listener.Faults > 0 || listener.Received != _cluster.Store.HeadOf("news"));
        return report;

        void Publish()
        {
            if (_cluster.Now < end)
            {
                _cluster.Publish("news", _payload);
                _cluster.Schedule((long)(1000 / _options.HotRate), Publish);
            }
        }
    }

    /// <summary>
    /// Publishes once to each channel, and counts the clients that did not receive everything once, the pairs of nodes that disagree about
    /// their joins, and publishes without an answer.
    /// </summary>
    public int Verify()
    {
        _isPublishing = false;
        foreach (var channel in _channels)
        {
            _cluster.Schedule(_cluster.Next(5_000), () => _cluster.Publish(channel, _payload));
        }

        RunUntil(_cluster.Now + 12_000);
        return Faults + _cluster.Unanswered.Count + _connections.Count(IsWrong) + Disagreements();
    }

    /// <summary>Returns the number of pairs of nodes that disagree about the joins between them.</summary>
    public int Disagreements()
    {
        var members = _cluster.Members;
        return members.Sum(one => members.Count(
            other => one != other && one.PeerAt(other).Mine.Digest().Differences(other.PeerAt(one).Theirs.Digest()).Count > 0));
    }

    private int Faults { get; set; }

    private bool IsWrong(SimulatedConnection connection) =>
        !connection.IsJoined
        || connection.Faults > 0
        || connection.Position!.Value.Offset != _cluster.Store.HeadOf(connection.Channel);

    private ScenarioReport Measure(string name, int seconds, Action begin)
    {
        var (rejoined, answered, failed) = (_cluster.Rejoined, _cluster.Answered, _cluster.Failed);
        _cluster.Traffic.Begin();
        var began = _cluster.Now;
        begin();
        var quiet = RunUntil(began + (seconds * 1000));
        return _cluster.Traffic.End(name, _nodes) with
        {
            Rejoined = (_cluster.Rejoined - rejoined) * _options.Sample,
            Answered = _cluster.Answered - answered,
            Failed = _cluster.Failed - failed,
            QuietAfter = (quiet - began) / 1000.0,
        };
    }

    // Returns the last moment at which a join waited for its answer.
    private long RunUntil(long end)
    {
        var last = _cluster.Now;
        while (_cluster.Now < end)
        {
            _cluster.RunUntil(Math.Min(end, _cluster.Now + 100));
            last = _cluster.IsQuiet ? last : _cluster.Now;
        }

        return last;
    }

    private List<SimulatedConnection> ConnectionsOf(SimulatedNode node) =>
        [.. _connections.Where(connection => connection.Relay?.Node == node)];

    private void LoseConnections(IReadOnlyCollection<SimulatedNode> nodes)
    {
        foreach (var connection in _connections.Where(connection => connection.Relay is { } relay && nodes.Contains(relay.Node)))
        {
            connection.Lose();
            _cluster.Reconnect(connection, 1_000, 5_000);
        }
    }

    private void Publish()
    {
        if (!_isPublishing)
        {
            return;
        }

        // Channels take turns, so that as many different ones are announced to the relays as when all channels run.
        for (_due += _options.Rate * Turn / 1000; _due >= 1; _due--)
        {
            _cluster.Publish(_channels[_next], _payload);
            _next = (_next + 1) % _channels.Length;
        }

        _cluster.Schedule(Turn, Publish);
    }
}
