using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Notify.Broker.Metrics;

namespace Notify.Server.Framing;

/// <summary>
/// Counts the requests that Kestrel rejects before any middleware runs (400, 408, 414, 431), and logs them at Debug. Kestrel resets the
/// response headers after this event, so the CORS headers cannot be added.
/// </summary>
internal sealed partial class RejectedRequests : IObserver<KeyValuePair<string, object?>>
{
    private const string EventName = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private readonly BrokerMetrics _metrics;
    private readonly ILogger<RejectedRequests> _logger;

    private RejectedRequests(BrokerMetrics metrics, ILogger<RejectedRequests> logger)
    {
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Subscribes until the server has stopped.</summary>
    public static void Follow(WebApplication app, BrokerMetrics metrics)
    {
        var services = app.Services;
        var followed = services.GetRequiredService<DiagnosticListener>().Subscribe(
            new RejectedRequests(metrics, services.GetRequiredService<ILogger<RejectedRequests>>()),
            static name => name == EventName);
        app.Lifetime.ApplicationStopped.Register(followed.Dispose);
    }

    /// <inheritdoc />
    public void OnNext(KeyValuePair<string, object?> value)
    {
        _metrics.Limits.Refused("malformed");
        LogRejected((value.Value as IFeatureCollection)?.Get<IBadRequestExceptionFeature>()?.Error?.Message);
    }

    /// <inheritdoc />
    public void OnCompleted()
    {
        // Called when the server has stopped.
    }

    /// <inheritdoc />
    public void OnError(Exception error)
    {
        // The framework's events never fail.
    }

    [LoggerMessage(1, LogLevel.Debug, "A request is rejected before it is read: {Reason}", EventName = "RequestRejected")]
    private partial void LogRejected(string? reason);
}
