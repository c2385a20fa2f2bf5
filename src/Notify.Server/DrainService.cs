using Akka.Actor;
using Microsoft.Extensions.Options;
using Notify.Broker;
using Notify.Broker.Clustering;
using Notify.Server.EngineIo;
using Notify.Server.Forwarding;
using Notify.Server.Limits;
using Notify.Server.Options;
using Notify.Server.Sessions;
using Notify.Server.Startup;

namespace Notify.Server;

/// <summary>
/// Drains the server, which is the first step after SIGTERM: the clients are disconnected in turn before the listener closes. Open
/// connections would delay the listener's stop until its timeout, and if all were closed at once, all clients would reconnect at the same
/// time.
/// </summary>
internal sealed partial class DrainService(
    IServiceProvider services,
    NotifyOptions options,
    IOptions<HostOptions> host,
    IHostApplicationLifetime lifetime,
    ILogger<DrainService> logger) : IHostedLifecycleService
{
    // How long requests may run after the drain, and when they are cut off at the latest. The actors need a second after that, and a
    // container's stop allows ten seconds in all.
    private static readonly TimeSpan RequestsTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LatestCut = TimeSpan.FromSeconds(7.5);

    // A relay handles a notification in microseconds. A relay that does not answer is no reason to keep the clients.
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromMilliseconds(500);

    // How long a proxy in front of several nodes has to notice that this one is no longer ready.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(2);

    private int _told;

    /// <summary>Returns how long the host may take to stop while clients are connected.</summary>
    public static TimeSpan StopTimeout(NotifyOptions options) => StopTimeout(options.Broker.Cluster, options.Connection.Drain);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        LimitExtensions.WarnOfDescriptors(services, options);

        // Created here, so that their clocks run before the first session.
        var servers = Servers();
        lifetime.ApplicationStopping.Register(() =>
        {
            // The host's stop timeout begins after this. Without connections there is no drain.
            if (Count(servers) == 0)
            {
                host.Value.ShutdownTimeout = StopTimeout(options.Broker.Cluster, TimeSpan.Zero);
            }
        });
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var servers = Servers();
        var drain = Drain(options.Broker.Cluster, options.Connection.Drain);
        if (options.Broker.Cluster.IsClustered)
        {
            await Task.Delay(Notice, cancellationToken);
        }

        if (Count(servers) is > 0 and var sessions)
        {
            _told = sessions;
            LogDraining(sessions, drain);
            await FlushAsync();
        }

        await Task.WhenAll(servers.Select(server => server.DrainAsync(drain)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        LogStopped(services.GetRequiredService<Uptime>().Elapsed, _told);
        return Task.CompletedTask;
    }

    // A publish is answered before its notification is in the send queues. A connection must not be closed between the two.
    private async Task FlushAsync()
    {
        try
        {
            await services.GetRequiredService<BrokerNode>().FlushAsync(FlushTimeout);
        }
        catch (AskTimeoutException)
        {
            LogNotFlushed();
        }
    }

    private static TimeSpan StopTimeout(ClusterSettings cluster, TimeSpan drain) =>
        (cluster.IsClustered ? Notice : TimeSpan.Zero) + Drain(cluster, drain) + RequestsTimeout;

    // The remaining time until the requests are cut off.
    private static TimeSpan Drain(ClusterSettings cluster, TimeSpan drain)
    {
        var longest = LatestCut - RequestsTimeout - (cluster.IsClustered ? Notice : TimeSpan.Zero);
        return drain < longest ? drain : longest;
    }

    private ISessionManager[] Servers() =>
    [
        services.GetRequiredService<EngineSessionManager>(),
        services.GetRequiredService<SessionManager>(),
        .. services.GetServices<EngineForwarder>(),
    ];

    private static int Count(IEnumerable<ISessionManager> servers) => servers.Sum(server => server.Count);

    [LoggerMessage(1, LogLevel.Information, "Draining: {Sessions} sessions are asked to reconnect, over {Drain}.", EventName = "Draining")]
    private partial void LogDraining(int sessions, TimeSpan drain);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "The relays are busy: clients may be disconnected before they receive the last notifications.",
        EventName = "NotFlushed")]
    private partial void LogNotFlushed();

    [LoggerMessage(
        3,
        LogLevel.Information,
        "Notify has stopped after {Uptime}. Sessions that were asked to reconnect: {Sessions}.",
        EventName = "Stopped")]
    private partial void LogStopped(TimeSpan uptime, int sessions);
}
