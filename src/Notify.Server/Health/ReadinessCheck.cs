using Microsoft.Extensions.Diagnostics.HealthChecks;
using Notify.Server.Troubles;

namespace Notify.Server.Health;

/// <summary>
/// Finds a node unhealthy only for what another node could do better: while it starts, drains, or has no quorum. It is degraded by what
/// another node would suffer from as well, such as a store that does not work: it still delivers.
/// </summary>
/// <param name="troubles">Knows what is wrong.</param>
internal sealed class ReadinessCheck(INodeTroubles troubles) : IHealthCheck
{
    /// <summary>The name of the check.</summary>
    public const string Name = "node";

    private const string Reasons = "reasons";

    /// <summary>Returns the troubles that a report was made of, the worst first.</summary>
    public static IReadOnlyList<CurrentTrouble> ReasonsOf(HealthReport report) =>
        report.Entries.TryGetValue(Name, out var entry) ? (IReadOnlyList<CurrentTrouble>)entry.Data[Reasons] : [];

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var reasons = troubles.FindCurrent().Where(static trouble => trouble.Effect != TroubleEffects.None).ToList();
        var status = reasons.Exists(static trouble => trouble.Effect == TroubleEffects.NotReady) ? HealthStatus.Unhealthy
            : reasons.Count > 0 ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        return Task.FromResult(new HealthCheckResult(
            status, data: new Dictionary<string, object>(StringComparer.Ordinal) { [Reasons] = reasons }));
    }
}
