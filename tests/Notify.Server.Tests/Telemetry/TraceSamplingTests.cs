using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Notify.Server.Telemetry;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Tests which requests are traced.</summary>
public sealed class TraceSamplingTests
{
    [Theory]
    [InlineData(null, null, 0.001, true, false)]
    [InlineData(null, "0.5", 0.5, true, false)]
    [InlineData("always_on", null, 1, true, true)]
    [InlineData("always_off", null, 0, false, false)]
    [InlineData("traceidratio", "0", 0, false, false)]
    [InlineData("traceidratio", null, 1, true, true)]
    [InlineData("parentbased_always_on", null, 1, true, false)]
    [InlineData("parentbased_always_off", null, 0, true, false)]
    [InlineData("PARENTBASED_TRACEIDRATIO", "0.25", 0.25, true, false)]
    [InlineData("parentbased_traceidratio", null, 1, true, false)]
    [InlineData("parentbased_traceidratio", "2", 1, true, false)]
    [InlineData("unknown", null, 0.001, true, false)]
    public void The_variables_of_OpenTelemetry_decide(
        string? sampler, string? argument, double ratio, bool isSampledByParent, bool isSampledAgainstParent)
    {
        var sampling = TraceSampling.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["OTEL_TRACES_SAMPLER"] = sampler,
                ["OTEL_TRACES_SAMPLER_ARG"] = argument,
            })
            .Build());

        Assert.Equal(ratio, sampling.Ratio);
        Assert.Equal(isSampledByParent, sampling.IsSampled(Parent(ActivityTraceFlags.Recorded)));
        Assert.Equal(isSampledAgainstParent, sampling.IsSampled(Parent(ActivityTraceFlags.None)));
    }

    [Fact]
    public void Without_a_caller_the_ratio_decides()
    {
        var sampling = new TraceSampling(isParentBased: true, 0.5);

        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => sampling.IsSampled(default)), 4_000, 6_000);
        Assert.False(new TraceSampling(isParentBased: true, 0).IsSampled(default));
        Assert.True(new TraceSampling(isParentBased: true, 1).IsSampled(default));
    }

    private static ActivityContext Parent(ActivityTraceFlags flags) =>
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, traceState: null, isRemote: true);
}
