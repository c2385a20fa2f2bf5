using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;

namespace Notify.Broker.Clustering;

/// <summary>Joins a node to its cluster.</summary>
internal static partial class ClusterJoin
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Begins a cluster of this node alone, and waits until the node is up.</summary>
    /// <exception cref="OperationCanceledException">The host is stopping.</exception>
    public static async Task BeginAloneAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        try
        {
            var cluster = Akka.Cluster.Cluster.Get(system);
            await cluster.JoinAsync(cluster.SelfAddress, cancellationToken);
        }
        catch (ClusterJoinFailedException) when (cancellationToken.IsCancellationRequested)
        {
            // Akka's word for a start that is stopped.
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Joins the cluster, and waits until this node is up. A majority of the seeds is up then.</summary>
    /// <exception cref="OperationCanceledException">The host is stopping.</exception>
    /// <exception cref="ClusterJoinException">The node is not up within <see cref="ClusterSettings.JoinTimeout"/>, or does not fit to the
    /// cluster.</exception>
    public static async Task JoinAsync(
        ActorSystem system, BrokerOptions options, NodeIdentity identity, ILogger logger, CancellationToken cancellationToken)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        var settings = options.Cluster;
        var began = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(settings.JoinTimeout);
        try
        {
            var seeds = await SeedProbe.FindSeedsAsync(settings, identity, stranger => LogStranger(logger, stranger), patience.Token);

            // The transport resolves names at each connection, so a seed may return with another address.
            var addresses = seeds.Distinct().ToDictionary(seed => seed, seed => ToAddress(cluster, seed));
            await WaitForLinksAsync(new LinkCheck(system, settings.Self, identity, addresses), logger, patience.Token);
            var joining = cluster.JoinSeedNodesAsync(seeds.Select(seed => addresses[seed]), patience.Token);
            await WaitAsync(system, options, identity, joining, seeds, logger, patience.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ClusterJoinFailedException)
        {
            // The host also stops when the actor system terminates by itself. When the host is asked to stop, the actor system still runs.
            if (CoordinatedShutdown.Get(system).ShutdownReason is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            throw new ClusterJoinException(
                $"this node, {settings.Self}, {Outcome(settings, patience.IsCancellationRequested, Stopwatch.GetElapsedTime(began))}: "
                + $"{settings.Majority} of its seeds ({Names(settings)}) have to be up, reach each other at these addresses, "
                + "and have the same NOTIFY_CLUSTER_SECRET.",
                exception);
        }
    }

    private static async Task WaitForLinksAsync(LinkCheck check, ILogger logger, CancellationToken cancellationToken)
    {
        long? told = null;
        while (await check.FindMissingAsync(cancellationToken) is { Count: > 0 } missing)
        {
            if (told is not { } last || Stopwatch.GetElapsedTime(last) >= ProgressInterval)
            {
                LogMissing(logger, string.Join(", ", missing));
                told = Stopwatch.GetTimestamp();
            }

            await Task.Delay(LookInterval, cancellationToken);
        }
    }

    private static async Task WaitAsync(
        ActorSystem system,
        BrokerOptions options,
        NodeIdentity identity,
        Task joining,
        IReadOnlyList<NodeAddress> seeds,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        var settings = options.Cluster;
        var told = Stopwatch.GetTimestamp();
        var begins = false;
        while (await Task.WhenAny(joining, Task.Delay(LookInterval, CancellationToken.None)) != joining)
        {
            await RefuseOtherShardsAsync(system, options);
            if (Stopwatch.GetElapsedTime(told) >= ProgressInterval)
            {
                LogWaiting(logger, cluster.State.Members.Count, settings.Majority, Names(settings));
                told = Stopwatch.GetTimestamp();
                if (cluster.State.Members.IsEmpty)
                {
                    // The other seeds may have started after this node's last probe.
                    await SeedProbe.FindSeedsAsync(settings, identity, _ => { }, cancellationToken);
                }

                if (!begins && cluster.State.Members.IsEmpty
                    && await SeedOrder.IsFirstOfThoseHereAsync(seeds, settings.Self, identity, cancellationToken))
                {
                    // Akka lets only the first seed in the list start a cluster. It contacts the others once more before, and one node is
                    // no majority, so that a wrong decision here would not accept anything.
                    begins = true;
                    LogBegins(logger);
                    cluster.JoinSeedNodes(SeedOrder.From(seeds, settings.Self).Select(seed => ToAddress(cluster, seed)));
                }
            }
        }

        await joining;
        await RefuseOtherShardsAsync(system, options);
    }

    // Two nodes with different numbers of shards could both own a channel. The younger node stops. Until then the shard regions, whose role
    // contains the number, do not know each other.
    private static async Task RefuseOtherShardsAsync(ActorSystem system, BrokerOptions options)
    {
        // The older members are known a few rounds of gossip before this node is up.
        var cluster = Akka.Cluster.Cluster.Get(system);
        var members = cluster.State.Members;
        if (members.FirstOrDefault(member => member.UniqueAddress == cluster.SelfUniqueAddress) is { } self
            && members.FirstOrDefault(member => member.IsOlderThan(self)
                && NodeRoles.ReadShards(member.Roles) is { } shards
                && shards != options.ShardCount) is { } other)
        {
            await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
            throw new ClusterJoinException(
                $"this node spreads the channels over {options.ShardCount} shards, and the cluster, which "
                    + $"{other.Address.Host}:{other.Address.Port} belongs to, over {NodeRoles.ReadShards(other.Roles)}: "
                + "a channel would have two owners. All nodes of a cluster need versions with the same count.");
        }
    }

    private static string Outcome(ClusterSettings settings, bool isTimeUp, TimeSpan elapsed) => isTimeUp
        ? $"did not become one of the cluster within {settings.JoinTimeout.TotalSeconds:0} s"
        : $"gave up joining the cluster after {elapsed.TotalSeconds:0} s, because its actors ended";

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Waiting for the cluster: {Members} of the {Needed} nodes that are needed are here ({Seeds}).",
        EventName = "WaitingForCluster")]
    private static partial void LogWaiting(ILogger logger, int members, int needed, string seeds);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Somebody with another NOTIFY_CLUSTER_SECRET answers at {Seed}: this node starts without it.",
        EventName = "Stranger")]
    private static partial void LogStranger(ILogger logger, NodeAddress seed);

    [LoggerMessage(
        3,
        LogLevel.Information,
        "None of the seeds before this one can be reached: this one begins the cluster.",
        EventName = "BeginsCluster")]
    private static partial void LogBegins(ILogger logger);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "This node does not reach {Missing}, which the rest of the cluster reaches: it waits until it does.",
        EventName = "LinkMissing")]
    private static partial void LogMissing(ILogger logger, string missing);

    private static string Names(ClusterSettings settings) => string.Join(", ", settings.Seeds);

    private static Address ToAddress(Akka.Cluster.Cluster cluster, NodeAddress seed) =>
        cluster.SelfAddress.WithHost(seed.HostInAddress).WithPort(seed.Port);
}
