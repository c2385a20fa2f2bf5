using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;

namespace Notify.Benchmarks.Scale;

/// <summary>
/// Simulates a cluster: nodes, the messages between them, the places of the shards, and the clock. Messages of a pair of nodes arrive in
/// order. Handling takes no time, so a duration is the least that timeouts and latency allow.
/// </summary>
internal sealed class SimulatedCluster
{
    // As many messages may wait on a node for the homes of shards. This is Akka's setting buffer-size.
    private const int MaxBuffered = 100_000;

    private readonly ScaleOptions _options;
    private readonly BrokerOptions _brokerOptions;
    private readonly Random _random;
    private readonly SimulatedTime _time = new();
    private readonly Queue<Packet> _local = new();
    private readonly Queue<Packet> _remote = new();
    private readonly PriorityQueue<Action, (long At, long Order)> _timers = new();
    private readonly Dictionary<int, List<Packet>> _homeless = [];
    private readonly Dictionary<SimulatedNode, long> _buffered = [];
    private readonly List<SimulatedNode> _members = [];
    private readonly byte[] _guid = new byte[16];
    private long _order;

    public SimulatedCluster(ScaleOptions options, int nodes)
    {
        _options = options;
        _random = new Random(options.Seed);
        var product = new BrokerOptions();

        // The limit of joins in flight is for all channels of a relay, of which only a part runs.
        _brokerOptions = product with
        {
            RelayStripes = Stripes,
            ShardCount = options.Shards,
            MaxJoinsUnderWay = Math.Max(1, product.MaxJoinsUnderWay / options.Sample),
        };
        Shards = new ShardMap(options.Shards);
        Traffic = new Traffic(options.Sample, _time);
        for (var i = 0; i < nodes; i++)
        {
            Start(i);
        }

        for (var shard = 0; shard < options.Shards; shard++)
        {
            Shards.Allocate(shard, _members);
        }
    }

    /// <summary>The relays of each node.</summary>
    public const int Stripes = 4;

    /// <summary>Gets the database.</summary>
    public SimulatedStore Store { get; } = new();

    /// <summary>Gets the instruments, which count and report nothing here.</summary>
    public BrokerMetrics Metrics { get; } = new();

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time => _time;

    /// <summary>Gets the time, in milliseconds.</summary>
    public long Now => _time.Now;

    /// <summary>Gets the homes of the shards.</summary>
    public ShardMap Shards { get; }

    /// <summary>Gets what was sent between nodes.</summary>
    public Traffic Traffic { get; }

    /// <summary>Gets the nodes that are members, the oldest first.</summary>
    public IReadOnlyList<SimulatedNode> Members => _members;

    /// <summary>Gets the node whose event is handled.</summary>
    public SimulatedNode Current { get; private set; } = null!;

    /// <summary>Gets or sets the number of gaps that relays found.</summary>
    public long Gaps { get; set; }

    /// <summary>Gets or sets the number of joins that anti-entropy repaired or checked.</summary>
    public long Repairs { get; set; }

    /// <summary>Gets or sets the number of joins that were repeated because their owner's node was lost.</summary>
    public long Rejoined { get; set; }

    /// <summary>Gets the number of messages that did not fit while a shard had no home.</summary>
    public long Dropped { get; private set; }

    /// <summary>Gets the most messages that waited on one node for the homes of shards.</summary>
    public long MostBuffered { get; private set; }

    /// <summary>Gets the publishes without an answer, by the request.</summary>
    public Dictionary<Guid, (SimulatedNode Node, Publish Message, long Deadline)> Unanswered { get; } = [];

    /// <summary>Gets the number of publishes that were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Gets the number of publishes that had no answer before their deadline.</summary>
    public long Failed { get; private set; }

    /// <summary>Gets whether the joins of every node are answered.</summary>
    public bool IsQuiet => _members.All(node => node.Relays.All(relay => relay.State.Pending == 0));

    /// <summary>Returns a random number below a limit.</summary>
    public int Next(int limit) => _random.Next(limit);

    /// <summary>Returns a random id that depends only on the seed.</summary>
    public Guid NextGuid()
    {
        _random.NextBytes(_guid);
        return new Guid(_guid);
    }

    /// <summary>Returns a node to which a balancer would send a client.</summary>
    public SimulatedNode PickNode()
    {
        SimulatedNode node;
        do
        {
            node = _members[_random.Next(_members.Count)];
        }
        while (!node.IsUp || node.IsCut || node.IsDraining);
        return node;
    }

    /// <summary>Runs an action later.</summary>
    public void Schedule(long delay, Action action) => _timers.Enqueue(action, (Now + delay, _order++));

    /// <summary>Sends a message to a node, which may be the same one.</summary>
    public void Send(SimulatedNode from, SimulatedNode to, IClusterMessage message, SimulatedRelay? relay, SimulatedNode? origin = null)
    {
        if (from == to)
        {
            _local.Enqueue(new Packet(Now, from, to, message, relay, origin ?? from));
        }
        else if (from.IsCut == to.IsCut)
        {
            Traffic.Count(from, to, message);
            _remote.Enqueue(new Packet(Now + _options.Latency, from, to, message, relay, origin ?? from));
        }
    }

    /// <summary>Sends a message to the owner of a channel, as the shard region does.</summary>
    public void ToOwner(SimulatedNode from, IChannelMessage message, SimulatedRelay? relay, SimulatedNode origin)
    {
        var shard = Shards.Of(message);
        if (Shards.Home(shard) is { } home)
        {
            Send(from, home, message, relay, origin);
        }
        else if (_buffered.GetValueOrDefault(from) < MaxBuffered)
        {
            _buffered[from] = _buffered.GetValueOrDefault(from) + WeightOf(message);
            MostBuffered = Math.Max(MostBuffered, _buffered[from]);
            if (!_homeless.TryGetValue(shard, out var waiting))
            {
                _homeless.Add(shard, waiting = []);
            }

            waiting.Add(new Packet(Now, from, from, message, relay, origin));
        }
        else
        {
            Dropped += WeightOf(message);
        }
    }

    /// <summary>Publishes a notification, and repeats it until it is answered or late, as the broker's endpoint does.</summary>
    public void Publish(string channel, ReadOnlyMemory<byte> payload)
    {
        var (node, request) = (PickNode(), NextGuid());
        Unanswered.Add(request, (node, new Publish(channel, new PublishId(request, 0), payload), Now + SendTimeout));
        Ask(request);
    }

    /// <summary>Handles the answer to a publish.</summary>
    public void OnPublished(Published answer) => Answered += Unanswered.Remove(answer.Id.Request) ? 1 : 0;

    /// <summary>Has a client connect to any node after a random time.</summary>
    public void Reconnect(SimulatedConnection connection, int least, int most) =>
        Schedule(_random.Next(least, most + 1), () =>
        {
            if (connection.Relay is null)
            {
                connection.Connect(PickNode());
            }
        });

    /// <summary>Starts a node, which becomes a member without shards.</summary>
    public SimulatedNode Start(int index)
    {
        var node = new SimulatedNode(this, index, _brokerOptions);
        _members.Add(node);
        Repeat(node, (long)_brokerOptions.RetryInterval.TotalMilliseconds / 4, node.Tick);
        Repeat(node, ProbeInterval, node.AntiEntropy.SendProbes);
        Repeat(node, (long)_brokerOptions.ExchangeInterval.TotalMilliseconds, node.AntiEntropy.Exchange);
        return node;
    }

    /// <summary>Takes nodes out of the cluster. The others join the channels again that these owned.</summary>
    public void Remove(IReadOnlyCollection<SimulatedNode> nodes)
    {
        foreach (var node in nodes)
        {
            node.IsUp = false;
            _members.Remove(node);
        }

        foreach (var shard in nodes.SelectMany(Shards.At).ToList())
        {
            Shards.Free(shard);
            Schedule(DownRemovalMargin, () => Settle(shard));
        }

        foreach (var member in _members)
        {
            Current = member;
            foreach (var node in nodes)
            {
                member.Lose(node);
            }
        }
    }

    /// <summary>Moves shards from their nodes: the owners stop, and the channels are found again at the next homes.</summary>
    public void Move(IEnumerable<int> shards)
    {
        foreach (var shard in shards.ToList())
        {
            var home = Shards.Home(shard)!;
            Shards.Free(shard);
            Current = home;
            home.Stop(shard);
            Schedule(MoveTime, () => Settle(shard));
        }
    }

    /// <summary>Moves shards to nodes with fewer until all have the same number, some of them at a time.</summary>
    public void Rebalance()
    {
        var moves = Shards.ToRebalance(_members, Math.Max(1, Math.Min(20, Shards.Count / 5)));
        if (moves.Count > 0)
        {
            Move(moves);
            Schedule(RebalanceInterval, Rebalance);
        }
    }

    /// <summary>Handles all events up to a time.</summary>
    public void RunUntil(long end)
    {
        while (true)
        {
            while (_local.TryDequeue(out var packet))
            {
                Deliver(packet);
            }

            var timer = _timers.TryPeek(out _, out var due) ? due.At : long.MaxValue;
            var arrival = _remote.TryPeek(out var next) ? next.At : long.MaxValue;
            if (Math.Min(timer, arrival) > end)
            {
                _time.Now = end;
                return;
            }

            _time.Now = Math.Min(timer, arrival);
            if (arrival <= timer)
            {
                Deliver(_remote.Dequeue());
            }
            else
            {
                _timers.Dequeue()();
            }
        }
    }

    private const long ProbeInterval = 250;

    // Until a shard that moves has a new home, the regions ask for it again after akka.cluster.sharding.retry-interval.
    private const long MoveTime = 500;
    private const long DownRemovalMargin = 500;
    private const long RebalanceInterval = 5_000;

    private long SendTimeout => (long)_brokerOptions.Channels.SendTimeout.TotalMilliseconds;

    private void Ask(Guid request)
    {
        if (!Unanswered.TryGetValue(request, out var publish))
        {
            return;
        }

        if (Now >= publish.Deadline || !publish.Node.IsUp)
        {
            Unanswered.Remove(request);
            Failed++;
            return;
        }

        ToOwner(publish.Node, publish.Message, relay: null, publish.Node);
        Schedule((long)_brokerOptions.RetryInterval.TotalMilliseconds, () => Ask(request));
    }

    private void Settle(int shard)
    {
        Shards.Allocate(shard, _members.Where(node => !node.IsDraining && !node.IsCut));
        if (!_homeless.Remove(shard, out var waiting))
        {
            return;
        }

        foreach (var packet in waiting)
        {
            var message = (IChannelMessage)packet.Message;
            _buffered[packet.From] -= WeightOf(message);
            if (packet.From.IsUp)
            {
                ToOwner(packet.From, message, packet.Relay, packet.Origin);
            }
        }
    }

    // Publishes are not sampled, and so neither are reads of what was missed.
    private long WeightOf(IChannelMessage message) => message is ReadHistory or Broker.Messages.Publish ? 1 : _options.Sample;

    private void Deliver(Packet packet)
    {
        if (packet.To.IsUp && packet.From.IsCut == packet.To.IsCut)
        {
            Current = packet.To;
            packet.To.Receive(packet);
        }
    }

    private void Repeat(SimulatedNode node, long interval, Action action)
    {
        // The nodes did not start at the same moment.
        Schedule(_random.NextInt64(interval), Run);

        void Run()
        {
            if (node.IsUp)
            {
                Current = node;
                action();
                Schedule(interval, Run);
            }
        }
    }
}
