using Microsoft.Extensions.DependencyInjection.Extensions;
using Notify.Broker;
using Notify.Broker.Recovery;
using Notify.Server.Options;

namespace Notify.Server.SocketIo;

/// <summary>Adds the recovery of stock Socket.IO clients' sessions.</summary>
internal static class RecoveryServiceCollectionExtensions
{
    // Enough for a hundred thousand sessions with one channel, or for ten thousand with a full log.
    private const long RetainedCapacity = 96L << 20;

    /// <summary>Adds <see cref="SocketRecovery"/>. Without it every session starts anew.</summary>
    public static void AddSocketRecovery(this IServiceCollection services, SocketIoOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PrivateIds>();
        services.TryAddSingleton(provider => new RecoverableSessions(
            provider.GetRequiredService<PrivateIds>(),
            options.Retain,
            RetainedCapacity,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<BrokerNode>().Metrics));
        services.AddSingleton<ISessionHolders>(provider =>
            provider.GetRequiredService<BrokerNode>() is var node && !provider.GetRequiredService<BrokerOptions>().Cluster.IsClustered
            ? provider.GetRequiredService<RecoverableSessions>()
            : new ClusterSessions(provider.GetRequiredService<RecoverableSessions>(), () => node.Others, node.SocketIds));
        services.AddSingleton(provider => new SocketRecovery(
            provider.GetRequiredService<RecoverableSessions>(),
            provider.GetRequiredService<ISessionHolders>(),
            provider.GetRequiredService<PrivateIds>(),
            provider.GetRequiredService<BrokerNode>().SocketIds,
            provider.GetRequiredService<BrokerNode>().Metrics,
            provider.GetRequiredService<ILogger<SocketRecovery>>()));
    }
}
