using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Creates the kinds of instruments that the metrics have in common.</summary>
internal static class Instruments
{
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    /// <summary>Creates a histogram of durations from a millisecond to half a minute, in seconds.</summary>
    public static Histogram<double> Duration(this Meter meter, string name, string description) =>
        meter.CreateHistogram(name, "s", description, tags: null, Seconds);

    /// <summary>Creates a histogram of numbers.</summary>
    public static Histogram<long> Numbers(this Meter meter, string name, string unit, string description, params long[] boundaries) =>
        meter.CreateHistogram(name, unit, description, tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = boundaries });

    /// <summary>
    /// Creates a gauge that reads its value when it is collected. A gauge that counts up and down would miss what happened before the
    /// collection was started.
    /// </summary>
    public static void Gauge(this Meter meter, string name, string? unit, string description, Func<long> read) =>
        meter.CreateObservableGauge(name, read, unit, description);

    /// <summary>Creates a gauge with a tag. Every value of the tag must be in each result, or an alert on it never resolves.</summary>
    public static void Gauge(this Meter meter, string name, string? unit, string description, Func<IEnumerable<Measurement<long>>> read) =>
        meter.CreateObservableGauge(name, read, unit, description);

    /// <summary>Creates a gauge without a unit: 1 or 0.</summary>
    public static void Flag(this Meter meter, string name, string description, Func<bool> read) =>
        meter.CreateObservableGauge(name, () => read() ? 1L : 0L, unit: null, description);

    /// <summary>
    /// Begins a series with 0. Prometheus sees no increase in a series that begins with another number, so an alert on it would miss
    /// what happened first. Every series that an alert reads is begun.
    /// </summary>
    public static void Begin(this Counter<long> counter, params ReadOnlySpan<KeyValuePair<string, object?>> tags) => counter.Add(0, tags);

    /// <summary>Returns a tag.</summary>
    public static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    /// <summary>Returns a measurement with one tag.</summary>
    public static Measurement<long> Measure(long value, string name, string tag) => new(value, Tag(name, tag));
}
