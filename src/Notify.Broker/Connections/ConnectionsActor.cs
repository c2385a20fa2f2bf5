using Akka.Actor;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Connections;

/// <summary>Supervises a part of a node's connections. A connection that fails is stopped, and its client is asked to reconnect.</summary>
internal sealed class ConnectionsActor : UntypedActor
{
    private static readonly SharedProps<ConnectionActor> Connections = new();

    private readonly RelayStripes _relays;
    private readonly int _maxJoins;
    private readonly BrokerMetrics _metrics;
    private readonly NodeJoins _joins;

    public ConnectionsActor(RelayStripes relays, int maxJoins, NodeJoins joins, BrokerMetrics metrics)
    {
        _joins = joins;
        _relays = relays;
        _maxJoins = maxJoins;
        _metrics = metrics;
    }

    protected override SupervisorStrategy SupervisorStrategy() => SupervisorStrategies.CountAndStop(_metrics.Actors, "connection");

    protected override void OnReceive(object message)
    {
        if (message is Open open)
        {
            open.Opened.SetResult(Start(open.SendQueue));
        }
        else
        {
            Unhandled(message);
        }
    }

    private IActorRef Start(SendQueue sendQueue) => Context.ActorOf(Connections.Of(
        (This: this, SendQueue: sendQueue),
        static own => new ConnectionActor(own.SendQueue, own.This._relays, own.This._maxJoins, own.This._joins, own.This._metrics)));

    /// <summary>Requests the actor of a new session.</summary>
    internal sealed record Open(SendQueue SendQueue, TaskCompletionSource<IActorRef> Opened) : INoSerializationVerificationNeeded;
}
