using Akka.Actor;
using Akka.Event;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Tracing;
using Notify.Broker.Trails;

namespace Notify.Broker.Relays;

/// <summary>
/// Fans out the channels of a node to its sockets. A node has a few relays, not one per channel, because most channels belong to one user
/// and have one or two sockets. Everything that a socket receives about a channel comes from its relay, so that the answer to a join,
/// missed notifications, live notifications and the answer to a leave cannot overtake each other.
/// </summary>
internal sealed class RelayActor : UntypedActor, IWithTimers
{
    private readonly BrokerOptions _options;
    private readonly TimeProvider _time;
    private readonly DeliveryAccount _account;
    private readonly LocalRelays _local;
    private readonly PeerTable _peers;
    private readonly RelayId _id = RelayId.New();
    private readonly RelayState _state;
    private readonly BrokerMetrics _metrics;

    public RelayActor(
        IActorRef channels,
        DeliveryAccount account,
        LocalRelays local,
        BrokerOptions options,
        PeerTable peers,
        NodeJoins joins,
        BrokerMetrics metrics,
        Trail trail,
        TimeProvider time)
    {
        _options = options;
        _time = time;
        _account = account;
        _local = local;
        _peers = peers;
        _metrics = metrics;
        var self = Self;
        _state = new RelayState(
            _id,
            new RelayLimits(
                options.RetryInterval,
                options.JoinTimeout,
                options.MaxJoinsUnderWay,
                Math.Max(options.MaxChannels / options.RelayStripes, 1)),
            message => channels.Tell(message, self),
            (channel, subscription) => subscription.Subscriber.WhenRoom(() => self.Tell(new RelayCommands.Continue(channel, subscription))),
            metrics.Relays.GapFound,
            subscriber => joins.Leave(subscriber.Party),
            metrics.Deliveries.CreateCounter(),
            () => metrics.Limits.Refused("channels"),
            trail.CreateRelay());
    }

    private long Now => _time.GetMilliseconds();

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _local.Add(_id, _account, () => _state.Channels);
        Timers.StartPeriodicTimer("tick", Tick.Instance, _options.RetryInterval / 4);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Deliver deliver:
                try
                {
                    Deliver(deliver);
                }
                finally
                {
                    // A delivery from another node was charged there.
                    if (!deliver.IsFromPeer)
                    {
                        _account.Release(deliver.Notification.Cost);
                    }
                }

                break;
            case RelayCommands.Subscribe subscribe:
                _state.Subscribe(subscribe.Channel, subscribe.Subscription, subscribe.Since, subscribe.Reply, Now);
                subscribe.Gate?.Leave();
                break;
            case RelayCommands.Unsubscribe unsubscribe:
                _state.Unsubscribe(unsubscribe.Channel, unsubscribe.Subscription);
                unsubscribe.Left?.Invoke();
                unsubscribe.Gate?.Leave();
                break;
            case RelayCommands.Continue room:
                _state.Continue(room.Channel, room.Subscription, Now);
                break;
            case CountSubscribers count:
                Sender.Tell(new SubscriberCounts([.. count.Channels.Select(_state.Count)]));
                break;
            case RelayCommands.ListSubscribers list:
                Sender.Tell(new RelayCommands.Subscribers(_state.SubscribersOf(list.Channel)));
                break;
            case RelayCommands.ListPositions list:
                Sender.Tell(new RelayCommands.Positions([.. list.Joined.Select(item => _state.PositionOf(item.Key, item.Value))]));
                break;
            case ChannelJoined joined:
                _state.OnJoined(joined, _peers.Of(Sender), Now);
                break;
            case HistoryPage page:
                _state.OnPage(page, Now);
                break;
            case InboxTold told:
                _state.OnInbox(told, Now);
                break;
            case ItemsRemoved removed:
                _state.OnRemoved(removed);
                break;
            case ChannelStopped stopped:
                _state.OnChannelStopped(stopped, Now);
                break;
            case OffsetAnnouncement announced:
                if (_state.OnAnnounced(announced, Now))
                {
                    _metrics.Relays.Repaired("inbox");
                }

                break;
            case ProbeJoin probe:
                _state.OnProbe(probe);
                break;
            case RelayCommands.OwnerLost lost:
                _metrics.Relays.Repaired("owner_lost", _state.OnOwnerLost(lost.Owner, Now));
                break;
            case RelayCommands.Barrier:
                Sender.Tell(RelayCommands.Barrier.Instance);
                break;
            case Tick:
                _state.Tick(Now);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Deliver(Deliver deliver)
    {
        if (deliver.Stamp.Trace is not { } trace)
        {
            _state.OnDeliver(deliver, deliver.IsFromPeer ? DeliveryStamp.Received : deliver.Stamp, Now);
            return;
        }

        using var span = BrokerTraces.BeginRelay(trace, _options.Cluster.Self.ToString());
        var stamp = deliver.IsFromPeer ? DeliveryStamp.Received : deliver.Stamp;
        _state.OnDeliver(deliver, stamp with { Trace = span is null ? null : TraceContext.Of(span) }, Now);
        span?.SetTag("notify.subscribers", _state.Count(deliver.Channel));
    }

    // A relay never restarts empty. Whatever stopped it, its sockets are ended here, so that no client waits for notifications that never
    // come. If each socket watched its relay instead, Akka's watch tables would grow with every socket.
    protected override void PostStop()
    {
        _local.Remove(_id);
        if (_state.Channels > 0)
        {
            Context.GetLogger().Info(
                "Relay {Relay} stops with {Channels} channels; their clients are asked to reconnect.", _id.Value, _state.Channels);
        }

        _state.End(EndReason.Restart);
    }

    private sealed class Tick : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();

        private Tick()
        {
        }
    }
}
