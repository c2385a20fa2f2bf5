using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of relays.</summary>
public sealed class RelayMetrics
{
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _repairs;
    private Func<long> _queue = static () => 0;

    internal RelayMetrics(Meter meter)
    {
        meter.Gauge("notify.relay.queue.size", "By", "The undelivered bytes of the relay with the most of them.", () => _queue());
        _gaps = meter.CreateCounter<long>("notify.relay.gaps", "{gap}", "Gaps that a relay found and read from the history.");
        _repairs = meter.CreateCounter<long>("notify.relay.repairs", "{repair}", "Repairs of what relays have joined, by cause.");
    }

    /// <summary>Sets the source of the undelivered bytes of the relay with the most of them.</summary>
    public void ObserveQueue(Func<long> bytes) => _queue = bytes;

    /// <summary>Counts a gap that a relay found.</summary>
    public void GapFound()
    {
        _gaps.Add(1);
        Repaired("gap");
    }

    /// <summary>Counts channels that a relay joined again: because of the <c>exchange</c>, or because of <c>owner_lost</c>.</summary>
    public void Repaired(string cause, long count = 1) => _repairs.Add(count, Instruments.Tag("cause", cause));
}
