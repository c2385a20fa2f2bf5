using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.History;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Remoting;
using Notify.Broker.Revocations;

namespace Notify.Broker;

/// <summary>Composes a node: remoting and cluster, serializer, channels, relays, connections, in this order.</summary>
public static class BrokerServiceCollectionExtensions
{
    /// <summary>The name of the actor system, which is a part of every address in the cluster.</summary>
    public const string SystemName = "notify";

    private static readonly SharedProps<ChannelActor> Channels = new();

    // The host decides when the actors stop: after the clients were asked to reconnect. By default Akka stops at once on SIGTERM.
    private const string StoppedByHost = "akka.coordinated-shutdown.run-by-clr-shutdown-hook = off";

    // When actors stop, they only inform clients, which have disconnected by then, and other nodes, which do not exist. The store is
    // closed after them and has received all of their writes.
    private const string StoppedAlone = "akka.coordinated-shutdown.phases.actor-system-terminate.timeout = 1s";

    /// <summary>
    /// Registers the services that actors and endpoints share. <see cref="BrokerNode"/> is complete when the host has started.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="options">The limits and timeouts.</param>
    /// <param name="hocon">The configuration of Akka.NET.</param>
    /// <param name="takesTokens">Whether the node verifies tokens, so that it needs the revocations of the other nodes.</param>
    public static IServiceCollection AddBroker(
        this IServiceCollection services, BrokerOptions options, string hocon, bool takesTokens = false)
    {
        services.AddSingleton(options);
        services.TryAddSingleton<BrokerMetrics>();
        services.TryAddSingleton(_ => options.Cluster.OpenIdentity());
        services.AddSingleton<BrokerNode>();
        services.AddSingleton(static provider => new UnknownMessages(
            provider.GetRequiredService<BrokerNode>().Metrics.Cluster,
            provider.GetRequiredService<ILogger<UnknownMessages>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<SeedCheck>();
        services.AddAkka(SystemName, (builder, provider) => builder
            .AddHocon(hocon, HoconAddMode.Prepend)
            .AddHocon(StoppedByHost, HoconAddMode.Prepend)
            .AddHocon(SilentLogger.Hocon, HoconAddMode.Prepend)
            .AddHocon(ActorProps.Definition, HoconAddMode.Append)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .AddHocon(DowningSetup.Hocon, HoconAddMode.Prepend)
            .AddSetup(Downing(options, provider.GetRequiredService<ILoggerFactory>()))
            .WithTransport(options, provider)
            .WithBroker(
                provider.GetRequiredService<BrokerNode>(), options, takesTokens, provider.GetRequiredService<UnknownMessages>()));
        services.AddHostedService<BrokerService>();
        services.AddRevocations();
        if (takesTokens)
        {
            services.AddHostedService<RevocationReader>();
        }

        return services;
    }

    private static void AddRevocations(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new RevokedTokens(provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => provider.GetRequiredService<IHistoryStore>() as IRevocationStore
            ?? new MemoryRevocationStore(
                provider.GetRequiredService<RevokedTokens>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new RevocationCommands(
            provider.GetRequiredService<RevokedTokens>(),
            provider.GetRequiredService<IRevocationStore>(),
            provider.GetService<ILocalConnections>(),
            () => provider.GetRequiredService<BrokerNode>().Others,
            provider.GetRequiredService<TimeProvider>()));
    }

    private static AkkaConfigurationBuilder WithBroker(
        this AkkaConfigurationBuilder builder, BrokerNode node, BrokerOptions options, bool takesTokens, UnknownMessages unknown)
    {
        var services = new ChannelServices(
            options, node.Store, node.Membership, node.Channels, node.LocalRelays, node.Peers, node.Metrics, node.Time);
        return builder
            .WithClustering(Clustering(options, node, takesTokens))
            .WithCustomSerializer("notify", [typeof(IClusterMessage)], system => new BrokerSerializer(system, unknown))
            .WithShardRegion<ChannelActor>(
                "channels",
                entityId => Channels.Of(
                    (Id: entityId, Services: services),
                    static channel => new ChannelActor(channel.Id, channel.Services)),
                new ChannelExtractor(options.ShardCount),
                new ShardOptions
                {
                    // Regions find each other by the role. Nodes with another number of shards have another role, and so stay apart.
                    Role = NodeRoles.Shards(options.ShardCount),

                    // Otherwise sharding would store its state in a journal in the memory of one process.
                    StateStoreMode = StateStoreMode.DData,
                    RememberEntities = false,

                    // An idle channel may still have subscribers. ChannelSweeper stops the channels that have none.
                    ShouldPassivateIdleEntities = false,
                    HandOffStopMessage = ChannelCommands.Stop.Instance,
                });
    }

    // A single node listens only on loopback. Nodes of a cluster use a transport of their own; README.md explains why.
    private static AkkaConfigurationBuilder WithTransport(
        this AkkaConfigurationBuilder builder, BrokerOptions options, IServiceProvider provider) =>
        options.Cluster.IsClustered
        ? builder
            .AddHocon(NodeTransportSetup.Hocon, HoconAddMode.Prepend)
            .AddSetup(new NodeTransportSetup(
                options.Cluster.Self,
                provider.GetRequiredService<NodeIdentity>(),
                options.MaxFrame,
                provider.GetRequiredService<BrokerNode>().Metrics,
                provider.GetRequiredService<ILogger<NodeTransport>>()))
        : builder
            .AddHocon(StoppedAlone, HoconAddMode.Prepend)
            .WithRemoting(new RemoteOptions { HostName = "127.0.0.1", Port = 0 });

    private static ClusterOptions Clustering(BrokerOptions options, BrokerNode node, bool takesTokens) => new()
    {
        Roles =
        [
            NodeRoles.Shards(options.ShardCount),
            .. options.Cluster is { IsClustered: true } cluster ? NodeRoles.Of(node.SocketIds.Node, cluster.HttpPort) : [],
            .. takesTokens ? (string[])[NodeRoles.Tokens] : [],
        ],
        MinimumNumberOfMembers = options.Cluster.Majority,
    };

    // Two nodes cannot detect which of them is cut off, so the older one continues.
    private static DowningSetup Downing(BrokerOptions options, ILoggerFactory loggers) =>
        new(options.Cluster.IsPair ? DowningRule.Oldest : DowningRule.Majority, loggers.CreateLogger<DowningActor>());
}
