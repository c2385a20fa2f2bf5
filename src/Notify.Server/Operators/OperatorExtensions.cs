using Notify.Broker.Metrics;
using Notify.Broker.Queries;
using Notify.Server.Limits;

namespace Notify.Server.Operators;

/// <summary>Adds what answers the questions of operators.</summary>
internal static class OperatorExtensions
{
    /// <summary>Adds the services.</summary>
    public static void AddOperators(this IServiceCollection services)
    {
        services.AddSingleton<INodeReports, NodeReports>();
        services.AddSingleton<ConnectionTraces>();
        services.AddSingleton<ConnectionFinder>();
        services.AddSingleton(static provider => new ActivityLog(
            provider.GetRequiredService<BrokerMetrics>(),
            provider.GetRequiredService<ConnectionLimits>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(static provider => provider.GetRequiredService<ActivityLog>());
    }
}
