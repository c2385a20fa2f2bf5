using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>
/// Provides the metrics of deliveries and writes to clients. There may be a million deliveries a second, so they are counted in fields
/// that the instruments read.
/// </summary>
public sealed class DeliveryMetrics
{
    private readonly Histogram<double> _duration;
    private readonly WriteCounter _writes = new();
    private readonly Lock _lock = new();
    private DeliveryCounter[] _counters = [];

    internal DeliveryMetrics(Meter meter)
    {
        Observe(
            meter,
            "notify.deliveries",
            "{notification}",
            "Notifications that were queued for clients.",
            protocol => _counters.Sum(counter => counter.Deliveries(protocol)));
        Observe(
            meter,
            "notify.delivered.size",
            "By",
            "The size of these notifications, as clients receive them.",
            protocol => _counters.Sum(counter => counter.Bytes(protocol)));
        Observe(meter, "notify.writes", "{write}", "Writes to clients. One write may hold several notifications.", _writes.Of);
        _duration = meter.Duration(
            "notify.delivery.duration",
            "From a notification's acceptance (on other nodes, its arrival) until it was written to one live client of the node.");
    }

    /// <summary>Creates the counter of one relay.</summary>
    public DeliveryCounter CreateCounter()
    {
        var counter = new DeliveryCounter();
        lock (_lock)
        {
            _counters = [.. _counters, counter];
        }

        return counter;
    }

    /// <summary>Counts a write to a client.</summary>
    public void Written(ConnectionProtocol protocol) => _writes.Add(protocol);

    /// <summary>Gets the number of deliveries.</summary>
    public long Total => _counters.Sum(static counter => MetricNames.AllProtocols.Sum(counter.Deliveries));

    /// <summary>Gets how long notifications took, of those that were measured.</summary>
    public DurationBuckets Durations { get; } = new();

    /// <summary>Records how long a notification took.</summary>
    public void Delivered(DeliveryStamp stamp)
    {
        var duration = Stopwatch.GetElapsedTime(stamp.At);
        _duration.Record(duration.TotalSeconds, Instruments.Tag("from", stamp.IsReceived ? "received" : "accepted"));
        Durations.Add(duration);
    }

    private static void Observe(Meter meter, string name, string unit, string description, Func<ConnectionProtocol, long> read) =>
        meter.CreateObservableCounter(
            name,
            () => MetricNames.AllProtocols.Select(protocol =>
                Instruments.Measure(read(protocol), "protocol", MetricNames.Of(protocol))),
            unit,
            description);
}
