using Akka.Actor;
using Akka.Event;
using Notify.Broker.AkkaInternals;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Trails;

namespace Notify.Broker.Relays;

/// <summary>Starts the node's relays and replaces failed ones. A failed relay ends its sockets, and their clients reconnect.</summary>
internal sealed class RelaysActor : UntypedActor
{
    /// <summary>The actor's name, by which other nodes find it.</summary>
    public const string Name = "relays";

    private readonly RelayStripes _stripes;
    private readonly IActorRef _channels;
    private readonly LocalRelays _local;
    private readonly PeerTable _peers;
    private readonly BrokerOptions _options;
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly NodeJoins _joins;
    private readonly Trail _trail;

    public RelaysActor(
        RelayStripes stripes,
        IActorRef channels,
        LocalRelays local,
        PeerTable peers,
        NodeJoins joins,
        BrokerOptions options,
        BrokerMetrics metrics,
        Trail trail,
        TimeProvider time)
    {
        _trail = trail;
        _joins = joins;
        _stripes = stripes;
        _channels = channels;
        _local = local;
        _peers = peers;
        _options = options;
        _metrics = metrics;
        _time = time;
    }

    protected override SupervisorStrategy SupervisorStrategy() => SupervisorStrategies.CountAndStop(_metrics.Actors, "relay");

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        for (var stripe = 0; stripe < _stripes.Count; stripe++)
        {
            Start(stripe);
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RelayStopped stopped:
                Context.GetLogger().Warning("Relay stripe {Stripe} failed and is replaced.", stopped.Stripe);
                Start(stopped.Stripe);
                break;
            case RelayCommands.OwnerLost lost:
                foreach (var relay in _stripes.All)
                {
                    relay.Tell(lost);
                }

                break;
            case CountSubscribers count:
                _ = CountAsync(count).PipeTo(Sender);
                break;
            case DeadLetter { Message: RelayCommands.Subscribe lost }:
                // The relay had just stopped, so its client would wait forever for an answer.
                lost.Subscription.Subscriber.End(EndReason.Restart);
                _joins.Leave(lost.Subscription.Subscriber.Party);
                _metrics.Actors.DeadLetter();
                break;
            case DeadLetter:
                _metrics.Actors.DeadLetter();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // Each relay counts only its own subscribers. If one fails meanwhile, there is no answer, and the requester has to repeat the request.
    private async Task<SubscriberCounts> CountAsync(CountSubscribers count)
    {
        var answers = await Task.WhenAll(_stripes.All.Select(relay => relay.Ask<SubscriberCounts>(count, _options.RetryInterval)));
        return new SubscriberCounts([.. Enumerable.Range(0, count.Channels.Count).Select(i => answers.Sum(answer => answer.Counts[i]))]);
    }

    private void Start(int stripe)
    {
        var account = new DeliveryAccount(_options.RelayCredit);
        var relay = Context.ActorOf(
            ActorProps.From(() => new RelayActor(_channels, account, _local, _options, _peers, _joins, _metrics, _trail, _time)));
        Context.WatchWith(relay, new RelayStopped(stripe));
        _stripes.Set(stripe, relay);
    }

    private sealed record RelayStopped(int Stripe) : INoSerializationVerificationNeeded;
}
