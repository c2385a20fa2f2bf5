using Microsoft.Extensions.Hosting;

namespace Notify.Broker.Clustering;

/// <summary>Looks at the seeds before the actors listen, so that a node that is a stranger to its cluster ends at once.</summary>
internal sealed class SeedCheck(BrokerOptions options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => options.Cluster is { } cluster
        ? SeedProbe.FindSeedsAsync(cluster, _ => { }, cancellationToken)
        : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
