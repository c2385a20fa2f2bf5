using Notify.Server.EngineIo;
using Notify.Server.Options;

namespace Notify.Server;

/// <summary>
/// The first thing that happens on SIGTERM: the sockets are ended, spread over the drain, before the listener closes. Left open they
/// would hold the listener's stop until it times out; ended at once they would all come back at once.
/// </summary>
internal sealed partial class DrainService(IServiceProvider services, NotifyOptions options, ILogger<DrainService> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Made here, so that its clock runs before the first session.
        services.GetRequiredService<EngineServer>();
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var engine = services.GetRequiredService<EngineServer>();
        if (engine.Count > 0)
        {
            LogDraining(engine.Count, options.Shutdown.Drain);
        }

        await engine.DrainAsync(options.Shutdown.Drain);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "Leaving: {Sessions} sessions are told to come back, over {Drain}.", EventName = "Draining")]
    private partial void LogDraining(int sessions, TimeSpan drain);
}
