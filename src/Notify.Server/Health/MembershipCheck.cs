using Microsoft.Extensions.Diagnostics.HealthChecks;
using Notify.Broker;

namespace Notify.Server.Health;

/// <summary>Finds a node unhealthy only for what another node could do better: while it drains, and while it has no quorum.</summary>
/// <param name="node">Knows whether this node may accept anything.</param>
/// <param name="lifetime">Knows whether the server stops.</param>
internal sealed class MembershipCheck(BrokerNode node, IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("draining")
            : node.Membership.HasQuorum ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("no quorum"));
}
