using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Notify.Broker.Channels;
using Notify.Broker.Messages;

namespace Notify.Broker;

/// <summary>Composes a node: remoting and cluster, serializer, channels, relays, connections, in this order.</summary>
public static class BrokerHosting
{
    /// <summary>The name of the actor system; it is a part of every address in the cluster.</summary>
    public const string SystemName = "notify";

    private const string Role = "broker";

    // The host decides when the actors stop: after the clients were told to come back. By itself Akka stops on SIGTERM at once.
    private const string StoppedByHost = "akka.coordinated-shutdown.run-by-clr-shutdown-hook = off";

    /// <summary>Registers what actors and endpoints share. <see cref="BrokerNode"/> is complete when the host has started.</summary>
    public static IServiceCollection AddBroker(this IServiceCollection services, BrokerOptions options, string hocon)
    {
        services.AddSingleton(options);
        services.AddSingleton<BrokerNode>();
        services.AddAkka(SystemName, (builder, provider) => builder
            .AddHocon(hocon, HoconAddMode.Prepend)
            .AddHocon(StoppedByHost, HoconAddMode.Prepend)
            .AddHocon(SmallMailbox.Definition, HoconAddMode.Append)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithBroker(provider.GetRequiredService<BrokerNode>(), options));
        return services;
    }

    private static AkkaConfigurationBuilder WithBroker(this AkkaConfigurationBuilder builder, BrokerNode node, BrokerOptions options) => builder
        .WithRemoting(new RemoteOptions { HostName = "127.0.0.1", Port = 0 })
        .WithClustering(new ClusterOptions { Roles = [Role] })
        .WithCustomSerializer("notify", [typeof(IClusterMessage)], system => new BrokerSerializer(system))
        .WithShardRegion<ChannelActor>(
            "channels",
            entityId => ActorProps.Small(() => new ChannelActor(entityId, options, node.Channels, node.LocalRelays, node.Metrics)),
            new ChannelExtractor(options.ShardCount),
            new ShardOptions
            {
                Role = Role,

                // Without this the state of sharding would be kept by a journal in the memory of one process.
                StateStoreMode = StateStoreMode.DData,
                RememberEntities = false,

                // Quiet channels still have listeners; channels leave by themselves.
                ShouldPassivateIdleEntities = false,
                HandOffStopMessage = ChannelCommands.Stop.Instance,
            })
        .AddStartup(async (system, registry) =>
        {
            var cluster = Akka.Cluster.Cluster.Get(system);
            await cluster.JoinAsync(cluster.SelfAddress);
            await node.StartAsync(system, registry.Get<ChannelActor>());
        });
}
