using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Queries;
using Notify.Broker.Recovery;
using Notify.Broker.Revocations;

namespace Notify.Broker;

/// <summary>Joins the cluster and starts the node's parts when the actor system runs.</summary>
internal sealed class BrokerService(
    IServiceProvider services, BrokerNode node, BrokerOptions options, ILogger<BrokerService> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var system = services.GetRequiredService<ActorSystem>();
        FailWhenEndedBy(system);
        if (options.Cluster.IsClustered)
        {
            await ClusterJoin.JoinAsync(system, options, services.GetRequiredService<NodeIdentity>(), logger, cancellationToken);
        }
        else
        {
            await ClusterJoin.BeginAloneAsync(system, cancellationToken);
        }

        await node.StartAsync(
            system,
            services.GetRequiredService<IReadOnlyActorRegistry>().Get<ChannelActor>(),
            services.GetService<RecoverableSessions>(),
            services.GetRequiredService<RevocationCommands>(),
            services.GetRequiredService<RevokedTokens>(),
            services.GetService<INodeReports>(),
            logger);
    }

    // The actor system may terminate without the host: the other nodes removed this one, or it is in the part without a majority. A
    // supervisor must restart it then, and exit code 0 would look intended.
    private void FailWhenEndedBy(ActorSystem system)
    {
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "exit-code", () =>
        {
            if (!stopping.IsCancellationRequested)
            {
                Environment.ExitCode = 1;
            }

            return Task.FromResult(Done.Instance);
        });
    }

    // The actors stop with their system, after this. A single node has no node to which it could hand over its channels: handing over a
    // million of them one by one took ten seconds without any effect.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (!options.Cluster.IsClustered && services.GetService<ActorSystem>() is { } system)
        {
            _ = CoordinatedShutdown.Get(system).Run(
                CoordinatedShutdown.ClrExitReason.Instance, CoordinatedShutdown.PhaseBeforeActorSystemTerminate);
        }

        return Task.CompletedTask;
    }
}
