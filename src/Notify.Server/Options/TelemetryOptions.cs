namespace Notify.Server.Options;

/// <summary>Configures what the server measures and logs.</summary>
public sealed record TelemetryOptions
{
    /// <summary>Gets <c>NOTIFY_METRICS</c>: whether metrics are collected, for <c>/metrics</c> and OTLP.</summary>
    public bool HasMetrics { get; init; } = true;

    /// <summary>Gets <c>NOTIFY_LOG</c>: the format of log lines.</summary>
    public LogFormat Log { get; init; }

    /// <summary>Gets <c>NOTIFY_TRACE_CHANNELS</c>: whether traces contain the names of channels.</summary>
    public bool HasTracedChannels { get; init; }
}
