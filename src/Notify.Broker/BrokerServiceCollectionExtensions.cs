using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.Broker.AkkaInternals;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Messages;
using Notify.Broker.Remoting;

namespace Notify.Broker;

/// <summary>Composes a node: remoting and cluster, serializer, channels, relays, connections, in this order.</summary>
public static class BrokerServiceCollectionExtensions
{
    /// <summary>The name of the actor system; it is a part of every address in the cluster.</summary>
    public const string SystemName = "notify";

    private static readonly SharedProps<ChannelActor> Channels = new();

    // The host decides when the actors stop: after the clients were told to come back. By itself Akka stops on SIGTERM at once.
    private const string StoppedByHost = "akka.coordinated-shutdown.run-by-clr-shutdown-hook = off";

    // What actors do when they end is for others: for clients, who have gone by then, and for nodes, of which there are none. What they
    // have written is the store's, which is closed after them.
    private const string StoppedAlone = "akka.coordinated-shutdown.phases.actor-system-terminate.timeout = 1s";

    /// <summary>Registers what actors and endpoints share. <see cref="BrokerNode"/> is complete when the host has started.</summary>
    public static IServiceCollection AddBroker(this IServiceCollection services, BrokerOptions options, string hocon)
    {
        services.AddSingleton(options);
        services.AddSingleton<BrokerNode>();
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
            .WithTransport(options, provider.GetRequiredService<BrokerNode>(), provider.GetRequiredService<ILoggerFactory>())
            .WithBroker(provider.GetRequiredService<BrokerNode>(), options));
        services.AddHostedService<BrokerService>();
        return services;
    }

    private static AkkaConfigurationBuilder WithBroker(this AkkaConfigurationBuilder builder, BrokerNode node, BrokerOptions options)
    {
        var services = new ChannelServices(options, node.Store, node.Membership, node.Channels, node.LocalRelays, node.Peers, node.Metrics);
        return builder
            .WithClustering(Clustering(options, node))
            .WithCustomSerializer("notify", [typeof(IClusterMessage)], system => new BrokerSerializer(system))
            .WithShardRegion<ChannelActor>(
                "channels",
                entityId => Channels.Of(
                    (Id: entityId, Services: services),
                    static channel => new ChannelActor(channel.Id, channel.Services)),
                new ChannelExtractor(options.ShardCount),
                new ShardOptions
                {
                    // Regions find each other by it: those that spread the channels differently never do.
                    Role = NodeRoles.Shards(options.ShardCount),

                    // Without this the state of sharding would be kept by a journal in the memory of one process.
                    StateStoreMode = StateStoreMode.DData,
                    RememberEntities = false,

                    // Quiet channels still have listeners; channels leave by themselves.
                    ShouldPassivateIdleEntities = false,
                    HandOffStopMessage = ChannelCommands.Stop.Instance,
                });
    }

    // A node that is alone listens for itself only. Several reach each other by a transport of their own; README.md says why.
    private static AkkaConfigurationBuilder WithTransport(
        this AkkaConfigurationBuilder builder, BrokerOptions options, BrokerNode node, ILoggerFactory loggers) =>
        options.Cluster is { } cluster
        ? builder
            .AddHocon(NodeTransportSetup.Hocon, HoconAddMode.Prepend)
            .AddSetup(new NodeTransportSetup(cluster, node.Metrics, loggers.CreateLogger<NodeTransport>()))
        : builder
            .AddHocon(StoppedAlone, HoconAddMode.Prepend)
            .WithRemoting(new RemoteOptions { HostName = "127.0.0.1", Port = 0 });

    private static ClusterOptions Clustering(BrokerOptions options, BrokerNode node) => new()
    {
        Roles =
        [
            NodeRoles.Shards(options.ShardCount),
            .. options.Cluster is { } cluster ? NodeRoles.Of(node.SocketIds.Node, cluster.HttpPort) : [],
        ],
        MinimumNumberOfMembers = options.Cluster?.Majority ?? 1,
    };

    // Two nodes cannot tell which of them is cut off; the older one goes on.
    private static DowningSetup Downing(BrokerOptions options, ILoggerFactory loggers) =>
        new(options.Cluster is { IsPair: true } ? DowningRule.Oldest : DowningRule.Majority, loggers.CreateLogger<DowningActor>());
}
