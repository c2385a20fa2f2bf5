using System.Globalization;
using Akka.Actor;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Connections;

/// <summary>Starts the actors of this node's connections.</summary>
public sealed class ConnectionFactory
{
    // An actor's table of children is copied in part for each child that starts or ends, and more of it the more children there are.
    private const int Parents = 64;

    private readonly IActorRef[] _parents;
    private uint _next;

    private ConnectionFactory(IActorRef[] parents)
    {
        _parents = parents;
    }

    /// <summary>Starts the parent actors of all connections.</summary>
    /// <param name="system">The actor system. It needs no cluster while no channel is joined.</param>
    /// <param name="relays">The node's relays.</param>
    /// <param name="options">The limits of a connection.</param>
    /// <param name="joins">Limits the joins of the node.</param>
    /// <param name="metrics">Counts the connections.</param>
    public static ConnectionFactory Start(
        ActorSystem system, RelayStripes relays, BrokerOptions options, NodeJoins joins, BrokerMetrics metrics)
    {
        system.Settings.InjectTopLevelFallback(ActorProps.Definition);
        var parents = new IActorRef[Parents];
        for (var i = 0; i < parents.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"connections-{i}");
            UnmergedDeploy.Set(system, $"/{name}/*");
            UnmergedDeploy.Set(system, $"/{name}/*/*");
            parents[i] = system.ActorOf(ActorProps.From(() => new ConnectionsActor(relays, options.MaxJoins, joins, metrics)), name);
        }

        return new(parents);
    }

    /// <summary>Starts the actor of a session whose messages are queued in <paramref name="sendQueue"/>.</summary>
    public Task<IActorRef> OpenAsync(SendQueue sendQueue)
    {
        var opened = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        _parents[Interlocked.Increment(ref _next) % Parents].Tell(new ConnectionsActor.Open(sendQueue, opened));
        return opened.Task;
    }
}
