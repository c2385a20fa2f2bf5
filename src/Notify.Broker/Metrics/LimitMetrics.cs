using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of limits that were reached.</summary>
public sealed class LimitMetrics
{
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _waits;
    private readonly RecentRefusals _recent;

    internal LimitMetrics(Meter meter, TimeProvider time)
    {
        _recent = new RecentRefusals(time);
        _refusals = meter.CreateCounter<long>("notify.limit.refusals", "{refusal}", "Refusals because of a limit, by limit.");
        _waits = meter.CreateCounter<long>(
            "notify.limit.waits", "{wait}", "Times that a client was throttled because it exceeded a rate, by limit.");
    }

    /// <summary>Gets the limits that were reached within the last minute, the last one first.</summary>
    public IReadOnlyList<ReachedLimit> Recent => _recent.All;

    /// <summary>Counts a refusal because of a limit, such as <c>connections</c>.</summary>
    public void Refused(string limit)
    {
        _refusals.Add(1, Instruments.Tag("limit", limit));
        _recent.Add(limit);
    }

    /// <summary>Counts a client that is throttled because it exceeded a rate: <c>joins</c>, <c>messages</c> or <c>marks</c>.</summary>
    public void Throttled(string limit) => _waits.Add(1, Instruments.Tag("limit", limit));

    internal void BeginSeries()
    {
        foreach (var limit in (string[])["connections", "handshakes"])
        {
            _refusals.Begin(Instruments.Tag("limit", limit));
        }
    }
}
