using System.Diagnostics;
using System.Globalization;
using OpenTelemetry.Trace;

namespace Notify.Server.Telemetry;

/// <summary>
/// Decides which requests are traced, as <c>OTEL_TRACES_SAMPLER</c> says, before a span exists: a span that nobody keeps costs almost as
/// much as one that is kept.
/// </summary>
/// <param name="isParentBased">Whether the decision of the caller counts.</param>
/// <param name="ratio">The share of the other requests that are traced, from 0 to 1.</param>
internal sealed class TraceSampling(bool isParentBased, double ratio)
{
    /// <summary>The share of the requests that are traced by default.</summary>
    public const double DefaultRatio = 0.001;

    private readonly TraceIdRatioBasedSampler _byTraceId = new(ratio);

    /// <summary>Gets the share of the requests without a caller that are traced.</summary>
    public double Ratio => ratio;

    /// <summary>Reads the variables of OpenTelemetry. What cannot be read counts as not set.</summary>
    public static TraceSampling Read(IConfiguration configuration)
    {
        var name = configuration["OTEL_TRACES_SAMPLER"]?.Trim().ToLowerInvariant();
        var isRatio = double.TryParse(
            configuration["OTEL_TRACES_SAMPLER_ARG"], NumberStyles.Float, CultureInfo.InvariantCulture, out var given)
            && given is >= 0 and <= 1;

        // With the name of a sampler and no ratio, OpenTelemetry takes all.
        var named = isRatio ? given : 1;
        return name switch
        {
            "always_on" => new TraceSampling(isParentBased: false, 1),
            "always_off" => new TraceSampling(isParentBased: false, 0),
            "traceidratio" => new TraceSampling(isParentBased: false, named),
            "parentbased_always_on" => new TraceSampling(isParentBased: true, 1),
            "parentbased_always_off" => new TraceSampling(isParentBased: true, 0),
            "parentbased_traceidratio" => new TraceSampling(isParentBased: true, named),
            _ => new TraceSampling(isParentBased: true, isRatio ? given : DefaultRatio),
        };
    }

    /// <summary>Returns whether a request is traced.</summary>
    /// <param name="parent">The caller's span; default for none.</param>
    public bool IsSampled(ActivityContext parent)
    {
        if (parent.TraceId == default)
        {
            return Random.Shared.NextDouble() < ratio;
        }

        return isParentBased
            ? parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
            : _byTraceId.ShouldSample(new SamplingParameters(default, parent.TraceId, "", ActivityKind.Server)).Decision
                == SamplingDecision.RecordAndSample;
    }
}
