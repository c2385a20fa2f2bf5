using Microsoft.Extensions.Options;
using Notify.Server.EngineIo;
using Notify.Server.Forwarding;
using Notify.Server.Options;
using Notify.Server.Sessions;

namespace Notify.Server;

/// <summary>
/// The first thing that happens on SIGTERM: the sockets are ended, spread over the drain, before the listener closes. Left open they
/// would hold the listener's stop until it times out; ended at once they would all come back at once.
/// </summary>
internal sealed partial class DrainService(
    IServiceProvider services,
    NotifyOptions options,
    IOptions<HostOptions> host,
    IHostApplicationLifetime lifetime,
    ILogger<DrainService> logger) : IHostedLifecycleService
{
    // How long, after the drain, requests that never end are waited for; and when they are cut at the latest, because the actors need a
    // second after that, and a container's stop allows ten in all.
    private static readonly TimeSpan RequestsTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LatestCut = TimeSpan.FromSeconds(7.5);

    /// <summary>How long the host may take to stop when its sockets take <paramref name="drain"/> to leave.</summary>
    public static TimeSpan StopTimeout(TimeSpan drain) => drain + RequestsTimeout < LatestCut ? drain + RequestsTimeout : LatestCut;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Made here, so that their clocks run before the first session.
        var servers = Servers();
        lifetime.ApplicationStopping.Register(() =>
        {
            // The host begins to count after this; without sockets there is no drain to wait for.
            if (Count(servers) == 0)
            {
                host.Value.ShutdownTimeout = StopTimeout(TimeSpan.Zero);
            }
        });
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var servers = Servers();
        if (Count(servers) is > 0 and var sessions)
        {
            LogDraining(sessions, options.Shutdown.Drain);
        }

        await Task.WhenAll(servers.Select(server => server.DrainAsync(options.Shutdown.Drain)));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private ISessionServer[] Servers() => [
        services.GetRequiredService<EngineServer>(),
        services.GetRequiredService<SessionServer>(),
        .. services.GetServices<EngineForwarder>(),
    ];

    private static int Count(IEnumerable<ISessionServer> servers) => servers.Sum(server => server.Count);

    [LoggerMessage(1, LogLevel.Information, "Leaving: {Sessions} sessions are told to come back, over {Drain}.", EventName = "Draining")]
    private partial void LogDraining(int sessions, TimeSpan drain);
}
