using Microsoft.Extensions.Diagnostics.HealthChecks;
using Notify.Broker;

namespace Notify.Server.Health;

/// <summary>Finds a node degraded whose store has trouble: it still delivers, and another node would have the same trouble.</summary>
/// <param name="node">Has the store.</param>
internal sealed class StoreCheck(BrokerNode node) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((node.Store.Trouble ?? node.Store.Damage) is { } trouble
            ? HealthCheckResult.Degraded(trouble)
            : HealthCheckResult.Healthy());
}
