using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Notify.Server.Telemetry;

/// <summary>
/// Sends what was collected last, when the server has stopped. OpenTelemetry would do it at its disposal, and wait five seconds each for
/// metrics and traces if the receiver does not answer: longer than the stop of a container allows.
/// </summary>
/// <param name="metrics">The metrics; none when they are off.</param>
/// <param name="traces">The traces; none without a receiver.</param>
internal sealed class LastExport(IEnumerable<MeterProvider> metrics, IEnumerable<TracerProvider> traces) : IHostedLifecycleService
{
    private const int Timeout = 500;

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.WhenAll(
    [
        .. metrics.Select(static provider => Task.Run(() => provider.Shutdown(Timeout), CancellationToken.None)),
        .. traces.Select(static provider => Task.Run(() => provider.Shutdown(Timeout), CancellationToken.None)),
    ]);
}
