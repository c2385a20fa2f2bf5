using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;

namespace Notify.Broker.Clustering;

/// <summary>Makes a node one of its cluster.</summary>
internal static partial class ClusterJoin
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    /// <summary>Joins, and waits until this node is up: then a majority of the seeds is there.</summary>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    /// <exception cref="ClusterJoinException">It is not up within <see cref="ClusterSettings.JoinTimeout"/>.</exception>
    public static async Task JoinAsync(ActorSystem system, ClusterSettings? settings, ILogger logger, CancellationToken cancellationToken)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        if (settings is null)
        {
            await cluster.JoinAsync(cluster.SelfAddress, cancellationToken);
            return;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(settings.JoinTimeout);

        // Names are resolved by the transport each time it dials, so that a seed may come back under another address.
        var joining = cluster.JoinSeedNodesAsync(settings.Seeds.Select(seed => ToAddress(cluster, seed)), patience.Token);
        var begins = false;
        while (await Task.WhenAny(joining, Task.Delay(ProgressInterval, patience.Token)) != joining)
        {
            LogWaiting(logger, cluster.State.Members.Count, settings.Majority, Names(settings));
            if (!begins && cluster.State.Members.IsEmpty && await SeedOrder.IsFirstOfThoseHereAsync(settings, patience.Token))
            {
                // Akka lets only the first of the list begin a cluster. It asks the others once more before it does, and alone it is no
                // majority, so that nothing is accepted should it be wrong.
                begins = true;
                LogBegins(logger);
                cluster.JoinSeedNodes(SeedOrder.From(settings).Select(seed => ToAddress(cluster, seed)));
            }
        }

        try
        {
            // A certificate that is refused ends the actor system at once, and this with it.
            await joining;
        }
        catch (Exception exception) when (exception is ClusterJoinFailedException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ClusterJoinException(
                $"this node, {settings.Self}, did not become one of the cluster within {settings.JoinTimeout.TotalSeconds:0} s: "
                + $"{settings.Majority} of its seeds ({Names(settings)}) have to be up, reach each other at these addresses, and have the same NOTIFY_CLUSTER_SECRET.",
                exception);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Waiting for the cluster: {Members} of the {Needed} nodes that are needed are here ({Seeds}).", EventName = "WaitingForCluster")]
    private static partial void LogWaiting(ILogger logger, int members, int needed, string seeds);

    [LoggerMessage(2, LogLevel.Information, "None of the seeds before this one can be reached: this one begins the cluster.", EventName = "BeginsCluster")]
    private static partial void LogBegins(ILogger logger);

    private static string Names(ClusterSettings settings) => string.Join(", ", settings.Seeds);

    private static Address ToAddress(Akka.Cluster.Cluster cluster, NodeAddress seed) => cluster.SelfAddress.WithHost(seed.Host).WithPort(seed.Port);
}
