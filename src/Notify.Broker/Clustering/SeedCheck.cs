using Microsoft.Extensions.Hosting;
using Notify.Broker.Remoting;

namespace Notify.Broker.Clustering;

/// <summary>
/// Looks, before the actors start, whether this node can listen and is no stranger to its cluster, so that it ends at once and says why.
/// </summary>
internal sealed class SeedCheck(BrokerOptions options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Cluster is { } cluster)
        {
            ClusterPort.Listen(cluster.Self).Dispose();
            await SeedProbe.FindSeedsAsync(cluster, _ => { }, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
