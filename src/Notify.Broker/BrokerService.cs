using Akka;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Notify.Broker.Channels;
using Notify.Broker.Clustering;
using Notify.Broker.Recovery;

namespace Notify.Broker;

/// <summary>Makes the node one of its cluster, and starts what it consists of, when the actor system runs.</summary>
internal sealed class BrokerService(IServiceProvider services, BrokerNode node, BrokerOptions options, ILogger<BrokerService> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var system = services.GetRequiredService<ActorSystem>();
        FailWhenEndedBy(system);
        await ClusterJoin.JoinAsync(system, options, logger, cancellationToken);
        await node.StartAsync(system, services.GetRequiredService<IReadOnlyActorRegistry>().Get<ChannelActor>(), services.GetService<RecoverableSessions>(), logger);
    }

    // The actors may end without the host: the others took this node out, or it is in the part without a majority. A supervisor has to
    // start it again, and takes 0 for its own wish.
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

    // The actors stop with their system, after this. A node that is alone has nobody to leave its channels to: handing over a million of
    // them, one by one, took ten seconds, and nothing came of it.
    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (options.Cluster is null && services.GetService<ActorSystem>() is { } system)
        {
            _ = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance, CoordinatedShutdown.PhaseBeforeActorSystemTerminate);
        }

        return Task.CompletedTask;
    }
}
