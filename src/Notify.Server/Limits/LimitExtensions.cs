using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Notify.Broker;
using Notify.Server.Listening;
using Notify.Server.Options;

namespace Notify.Server.Limits;

/// <summary>Adds the limits for clients, and the listener that counts sockets.</summary>
internal static partial class LimitExtensions
{
    /// <summary>Adds the limits, with the current resource limits of the process.</summary>
    public static void AddLimits(this IServiceCollection services, NotifyOptions options)
    {
        var cluster = options.Broker.Cluster;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RefusalLog>();
        services.AddSingleton(provider => new AddressLimits(
            options.Address,
            provider.GetRequiredService<BrokerNode>().Metrics,
            provider.GetRequiredService<RefusalLog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AddressLimits>>()));
        services.TryAddSingleton(provider => new SocketLimit(
            DescriptorLimit.SocketsOf(DescriptorLimit.Read(), cluster.IsClustered),
            provider.GetRequiredService<BrokerNode>().Metrics,
            provider.GetRequiredService<RefusalLog>()));
        services.TryAddSingleton(provider => new ReceiveAccount(
            MemoryShares.Receiving, provider.GetRequiredService<BrokerNode>().Metrics, provider.GetRequiredService<RefusalLog>()));
        services.AddSingleton(provider => CreateConnectionLimits(provider, options.Connection));
        services.AddSingleton<IConnectionListenerFactory>(provider => new LimitedListenerFactory(
            provider.GetRequiredService<SocketLimit>(),
            provider.GetRequiredService<AddressLimits>(),
            cluster.IsClustered ? cluster.HttpPort : null,
            provider.GetRequiredService<IMemoryPoolFactory<byte>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
    }

    private static ConnectionLimits CreateConnectionLimits(IServiceProvider provider, ConnectionOptions options)
    {
        var metrics = provider.GetRequiredService<BrokerNode>().Metrics;
        var most = Math.Min(options.MaxConnections, provider.GetRequiredService<SocketLimit>().Most);
        var limits = new ConnectionLimits(
            most,
            options.MaxHandshakes,
            provider.GetRequiredService<AddressLimits>(),
            metrics,
            provider.GetRequiredService<RefusalLog>());
        metrics.Connections.Limit = most;
        metrics.Connections.ObserveHandshakes(() => limits.Handshakes);
        return limits;
    }

    /// <summary>Logs a warning when the settings allow more connections than the system.</summary>
    public static void WarnOfDescriptors(IServiceProvider services, NotifyOptions options)
    {
        var places = services.GetRequiredService<SocketLimit>();
        if (places.Most < options.Connection.MaxConnections && DescriptorLimit.Read() is { } limit)
        {
            LogLowered(services.GetRequiredService<ILogger<SocketLimit>>(), options.Connection.MaxConnections, places.Most, limit);
        }
    }

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "NOTIFY_MAX_CONNECTIONS={Setting} is lowered to {Most}, because this process may have {Limit} files open. "
            + "Raise that limit (ulimit -n, LimitNOFILE= of systemd, ulimits of the container), or set NOTIFY_MAX_CONNECTIONS={Most}.",
        EventName = "ConnectionsLowered")]
    private static partial void LogLowered(ILogger logger, int setting, int most, int limit);
}
