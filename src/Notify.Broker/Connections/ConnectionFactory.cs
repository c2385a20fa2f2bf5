using Akka.Actor;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Connections;

/// <summary>Starts the actors of this node's connections.</summary>
public sealed class ConnectionFactory
{
    private readonly IActorRef _connections;

    private ConnectionFactory(IActorRef connections)
    {
        _connections = connections;
    }

    /// <summary>Starts the parent actor of all connections.</summary>
    /// <param name="system">The actor system. It needs no cluster while no channel is joined.</param>
    /// <param name="relays">The node's relays.</param>
    /// <param name="options">The limits of a connection.</param>
    /// <param name="joins">Limits the joins of the node.</param>
    /// <param name="metrics">Counts the connections.</param>
    public static ConnectionFactory Start(
        ActorSystem system, RelayStripes relays, BrokerOptions options, NodeJoins joins, BrokerMetrics metrics)
    {
        system.Settings.InjectTopLevelFallback(ActorProps.Definition);
        return new(system.ActorOf(ActorProps.From(() => new ConnectionsActor(relays, options.MaxJoins, joins, metrics)), "connections"));
    }

    /// <summary>Starts the actor of a session whose messages are queued in <paramref name="sendQueue"/>.</summary>
    public Task<IActorRef> OpenAsync(SendQueue sendQueue)
    {
        var opened = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections.Tell(new ConnectionsActor.Open(sendQueue, opened));
        return opened.Task;
    }
}
