using Akka.Actor;
using Notify.Broker.Clustering;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.AntiEntropy;

/// <summary>
/// Compares with every other node the joins between both and the latest offsets of their relays, and reconciles the differences, because a
/// message between nodes may be lost without notice at any time. It also exchanges the flow control probes of <see cref="PeerAccount"/>.
/// </summary>
internal sealed class AntiEntropyActor : UntypedActor, IWithTimers
{
    /// <summary>The actor's name, by which the other nodes find it.</summary>
    public const string Name = "exchange";

    // Splits a list so that each part is far below the maximum message size between nodes.
    private const int ChunkSize = 500;

    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);

    private readonly Address _self;
    private readonly PeerTable _peers;
    private readonly Membership _membership;
    private readonly RelayStripes _stripes;
    private readonly BrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<Address, ICanTell> _find;
    private readonly Action<Address> _lost;
    private readonly BrokerMetrics _metrics;

    public AntiEntropyActor(
        Address self,
        PeerTable peers,
        Membership membership,
        RelayStripes stripes,
        BrokerOptions options,
        TimeProvider time,
        Func<Address, ICanTell> find,
        Action<Address> lost,
        BrokerMetrics metrics)
    {
        _self = self;
        _peers = peers;
        _membership = membership;
        _stripes = stripes;
        _options = options;
        _time = time;
        _find = find;
        _lost = lost;
        _metrics = metrics;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("mark", Turn.Mark, ProbeInterval);
        Timers.StartPeriodicTimer("exchange", Turn.Exchange, _options.ExchangeInterval);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Turn turn when turn == Turn.Mark:
                SendProbes();
                break;
            case Turn:
                Exchange();
                break;
            case FlowControlProbe mark:
                _ = ProbeRelaysAsync(mark).PipeTo(Sender, Self);
                break;
            case FlowControlAck reached:
                if (_peers.Of(Sender)?.Account.Acknowledge(reached.Bytes, _time.GetMilliseconds()) is { } took)
                {
                    _metrics.Cluster.PeerAcknowledged(TimeSpan.FromMilliseconds(took));
                }

                break;
            case CompareJoins compare:
                Compare(compare);
                break;
            case ListJoins list:
                List(list);
                break;
            case JoinList list:
                Reconcile(list);
                break;
            case OffsetAnnouncements told:
                foreach (var offset in told.Offsets)
                {
                    _stripes.For(offset.Channel).Tell(offset, Sender);
                }

                break;
            case IRelayMessage toRelay:
                _stripes.For(toRelay.Channel).Tell(toRelay, Sender);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void SendProbes()
    {
        var now = _time.GetMilliseconds();
        foreach (var peer in _peers.All)
        {
            if (peer.Account.NextProbe(now) is { } mark)
            {
                _find(peer.Address).Tell(new FlowControlProbe(mark), Self);
            }
        }
    }

    // A probe is acknowledged when the relays have handled all earlier messages.
    private async Task<FlowControlAck> ProbeRelaysAsync(FlowControlProbe mark)
    {
        await _stripes.FlushAsync(_options.JoinTimeout);
        return new FlowControlAck(mark.Bytes);
    }

    private void Exchange()
    {
        // A late message of a removed node adds the node to the table again.
        foreach (var peer in _peers.All.Where(peer => !_membership.Has(peer.Address)))
        {
            _lost(peer.Address);
        }

        foreach (var address in _membership.Nodes.Where(address => address != _self))
        {
            var (peer, other) = (_peers.At(address), _find(address));
            other.Tell(new CompareJoins(peer.Mine.Digest()), Self);
            foreach (var offsets in peer.Announced.Drain().Chunk(ChunkSize))
            {
                other.Tell(new OffsetAnnouncements(offsets), Self);
            }
        }
    }

    private void Compare(CompareJoins message)
    {
        if (_peers.Of(Sender) is { } peer && message.Digest.Differences(peer.Theirs.Digest()) is { Count: > 0 } buckets)
        {
            Sender.Tell(new ListJoins(buckets));
        }
    }

    private void List(ListJoins message)
    {
        if (_peers.Of(Sender) is not { } peer)
        {
            return;
        }

        foreach (var bucket in message.Buckets.Where(bucket => bucket is >= 0 and < JoinSet.Buckets))
        {
            var from = ulong.MinValue;
            var chunks = peer.Mine.List(bucket).Chunk(ChunkSize).ToList();
            for (var i = 0; i < chunks.Count - 1; i++)
            {
                var to = chunks[i][^1].Hash;
                Sender.Tell(new JoinList(bucket, from, to, [.. chunks[i].Select(join => join.Join)]));
                from = to + 1;
            }

            Sender.Tell(new JoinList(bucket, from, ulong.MaxValue, chunks.Count == 0 ? [] : [.. chunks[^1].Select(join => join.Join)]));
        }
    }

    // Both messages are harmless if the difference was only a message under way: a relay that does not know the join ignores its end, and
    // one that does ignores the probe.
    private void Reconcile(JoinList message)
    {
        if (_peers.Of(Sender) is not { } peer || message.Bucket is < 0 or >= JoinSet.Buckets)
        {
            return;
        }

        var here = peer.Theirs.List(message.Bucket)
            .Where(join => join.Hash >= message.From && join.Hash <= message.To)
            .Select(join => join.Join)
            .ToHashSet();
        foreach (var join in message.Joins)
        {
            if (!here.Remove(join))
            {
                Sender.Tell(new ChannelStopped(join.Channel, join.Relay, join.JoinNumber));
                _metrics.Relays.Repaired("exchange");
            }
        }

        foreach (var join in here)
        {
            Sender.Tell(new ProbeJoin(join.Channel, join.Relay, join.JoinNumber));
            _metrics.Relays.Repaired("exchange");
        }
    }

    private sealed class Turn : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Turn Mark = new();
        public static readonly Turn Exchange = new();

        private Turn()
        {
        }
    }
}
