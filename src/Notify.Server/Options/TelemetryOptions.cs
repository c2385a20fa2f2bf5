namespace Notify.Server.Options;

/// <summary>Configures what the server measures.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Gets <c>NOTIFY_METRICS</c>: whether metrics are collected, for <c>/metrics</c> and OTLP.</summary>
    public bool HasMetrics { get; init; } = true;
}
