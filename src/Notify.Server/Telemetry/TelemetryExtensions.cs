using System.Diagnostics.Metrics;
using Notify.Broker.Clustering;
using Notify.Broker.Metrics;
using Notify.Broker.Tracing;
using Notify.Server.Options;
using Notify.Server.Startup;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Notify.Server.Telemetry;

/// <summary>
/// Collects the metrics of the server and of .NET, for <c>/metrics</c> and for OpenTelemetry's OTLP, and traces for OTLP alone.
/// </summary>
internal static class TelemetryExtensions
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Without Microsoft.AspNetCore.MemoryPool: its counters are written several times for each delivery.
    private static readonly string[] DotNetMeters =
    [
        "System.Runtime",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Npgsql",
    ];

    // The first is written twice for each publish, and says little: a publish takes microseconds, and WebSockets are taken out of HTTP. So
    // Kestrel counts none of them, and their duration is a metric of the server's own. The Prometheus names of the others would end in
    // _count, which is the name of a part of a histogram.
    private static readonly HashSet<string> Dropped = new(StringComparer.Ordinal)
    {
        "http.server.active_requests",
        "kestrel.upgraded_connections",
        "kestrel.connection.duration",
        "dotnet.assembly.count",
        "dotnet.process.cpu.count",
        "dotnet.timer.count",
        "db.client.connection.count",
    };

    /// <summary>Adds the collection of metrics, if it is on, and of traces, if there is a receiver.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, NotifyOptions options)
    {
        builder.Services.AddSingleton(static provider => new Lazy<NodeIdentity>(provider.GetRequiredService<NodeIdentity>));
        builder.Services.AddHostedService<NodeStateSource>();
        var hasReceiver = builder.Configuration[OtlpEndpoint] is { Length: > 0 };
        if (options.Telemetry.HasMetrics)
        {
            builder.Services.AddMetrics(options, hasReceiver);
        }

        if (hasReceiver)
        {
            builder.Services.AddTraces(options, TraceSampling.Read(builder.Configuration));
            builder.Services.AddHostedService<LastExport>();
        }
    }

    private static void AddMetrics(this IServiceCollection services, NotifyOptions options, bool hasReceiver)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, options))
            .WithMetrics(metrics => metrics
                .AddMeter([BrokerMetrics.MeterName, .. DotNetMeters])
                .AddPrometheusExporter(static prometheus => prometheus.ScopeInfoEnabled = false));
        telemetry.Services.ConfigureOpenTelemetryMeterProvider(static (provider, metrics) =>
        {
            // Tests run several nodes in one process.
            var own = provider.GetRequiredService<BrokerMetrics>();
            metrics.AddView(instrument => IsDropped(instrument, own) ? MetricStreamConfiguration.Drop : null);
        });

        if (hasReceiver)
        {
            telemetry.WithMetrics(static metrics => metrics.AddOtlpExporter());
        }
    }

    // Every span that is begun belongs to a request that is sampled.
    private static void AddTraces(this IServiceCollection services, NotifyOptions options, TraceSampling sampling)
    {
        services.AddSingleton(new RequestTraces(sampling, options.Access.Rules, options.Telemetry.HasTracedChannels));
        services.AddOpenTelemetry()
            .ConfigureResource(resource => Describe(resource, options))
            .WithTracing(static traces => traces
                .SetSampler(new AlwaysOnSampler())
                .AddSource(BrokerTraces.SourceName)
                .AddOtlpExporter());
    }

    private static void Describe(ResourceBuilder resource, NotifyOptions options) => resource
        .Clear()
        .AddTelemetrySdk()
        .AddService(
            "notify",
            serviceVersion: ProductVersion.Current.Number,
            autoGenerateServiceInstanceId: false,
            serviceInstanceId: options.Broker.Cluster.Host ?? Environment.MachineName)
        .AddEnvironmentVariableDetector();

    private static bool IsDropped(Instrument instrument, BrokerMetrics own) =>
        Dropped.Contains(instrument.Name)
        || (instrument.Meter.Name == BrokerMetrics.MeterName && !ReferenceEquals(instrument.Meter.Scope, own));
}
