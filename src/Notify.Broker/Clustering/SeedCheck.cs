using Microsoft.Extensions.Hosting;

namespace Notify.Broker.Clustering;

/// <summary>Comes before the actors listen: a node that is a stranger to its cluster never does, so that nobody dials it.</summary>
internal sealed class SeedCheck(BrokerOptions options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => options.Cluster is { } cluster
        ? SeedProbe.FindSeedsAsync(cluster, _ => { }, cancellationToken)
        : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
