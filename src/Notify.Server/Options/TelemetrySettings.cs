namespace Notify.Server.Options;

/// <summary>Lists the settings of metrics, logs and traces.</summary>
internal static class TelemetrySettings
{
    private static readonly SettingKind<LogFormat> Format = new(
        "text or json",
        static (text, out value) =>
        {
            value = text.Equals("json", StringComparison.OrdinalIgnoreCase) ? LogFormat.Json : LogFormat.Text;
            return value == LogFormat.Json || text.Equals("text", StringComparison.OrdinalIgnoreCase);
        },
        static value => value == LogFormat.Json ? "json" : "text");

    /// <summary>Gets the settings, in the order of the documentation.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new Setting<bool>(
            SettingKinds.Flag,
            o => o.Telemetry.HasMetrics,
            (o, v) => o with { Telemetry = o.Telemetry with { HasMetrics = v } })
        {
            Name = "NOTIFY_METRICS",
            Effect = "`off` collects no metrics: `/metrics` is answered 404, and no metrics are sent by OTLP.",
            Example = "off",
        },
        new Setting<LogFormat>(
            Format, o => o.Telemetry.Log, (o, v) => o with { Telemetry = o.Telemetry with { Log = v } })
        {
            Name = "NOTIFY_LOG",
            Effect = "The format of the log. `text`: lines for people. `json`: one JSON object a line, with the name of the event.",
            Example = "json",
        },
        new Setting<bool>(
            SettingKinds.Flag,
            o => o.Telemetry.HasTracedChannels,
            (o, v) => o with { Telemetry = o.Telemetry with { HasTracedChannels = v } })
        {
            Name = "NOTIFY_TRACE_CHANNELS",
            Effect =
                "`1` writes the names of channels into traces. A name such as `user:42` is personal, so traces contain only the "
                + "pattern of its rule by default.",
            Example = "1",
        },
    ];
}
