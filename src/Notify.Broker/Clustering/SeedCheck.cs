using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Notify.Broker.Remoting;

namespace Notify.Broker.Clustering;

/// <summary>
/// Checks before the actor system starts that this node can listen and that the cluster accepts its certificate, so that the node otherwise
/// stops at once with a reason.
/// </summary>
internal sealed class SeedCheck(BrokerOptions options, IServiceProvider services) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Cluster is { IsClustered: true } cluster)
        {
            ClusterPort.Listen(cluster.Self).Dispose();
            await SeedProbe.FindSeedsAsync(cluster, services.GetRequiredService<NodeIdentity>(), _ => { }, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
