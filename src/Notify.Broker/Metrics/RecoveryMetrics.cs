using System.Diagnostics.Metrics;

namespace Notify.Broker.Metrics;

/// <summary>Provides the metrics of session recovery.</summary>
public sealed class RecoveryMetrics
{
    private readonly Counter<long> _recoveries;
    private readonly Histogram<long> _notifications;
    private readonly Counter<long> _forgotten;
    private long _retained;
    private long _retainedBytes;

    internal RecoveryMetrics(Meter meter)
    {
        _recoveries = meter.CreateCounter<long>(
            "notify.recoveries", "{session}", "Requests of Socket.IO clients to recover their session, by outcome.");
        _notifications = meter.Numbers(
            "notify.recovery.notifications",
            "{notification}",
            "Missed notifications that a recovered session was sent.",
            1,
            10,
            50,
            100,
            500,
            1000,
            5000);
        meter.Gauge(
            "notify.sessions.retained",
            "{session}",
            "Socket.IO sessions that are retained without a connection.",
            () => Volatile.Read(ref _retained));
        meter.Gauge(
            "notify.sessions.retained.size", "By", "The memory of these sessions.", () => Volatile.Read(ref _retainedBytes));
        _forgotten = meter.CreateCounter<long>(
            "notify.sessions.forgotten",
            "{session}",
            "Retained sessions that were removed before their time, because the limit of their memory was reached.");
    }

    /// <summary>Counts the outcome of a client's request to recover its session.</summary>
    public void Recovered(string outcome) => _recoveries.Add(1, Instruments.Tag("outcome", outcome));

    /// <summary>Records how many missed notifications a recovered session was sent.</summary>
    public void Replayed(long notifications) => _notifications.Record(notifications);

    /// <summary>Counts a session that is retained without a connection.</summary>
    /// <param name="cost">The session's cost, in bytes.</param>
    public void Retained(long cost) => Change(1, cost);

    /// <summary>Removes a retained session from the counts.</summary>
    /// <param name="cost">The session's cost, in bytes.</param>
    public void Released(long cost) => Change(-1, -cost);

    /// <summary>Counts a retained session that was removed before its time.</summary>
    public void Forgotten() => _forgotten.Add(1);

    internal void BeginSeries()
    {
        foreach (var outcome in (string[])["recovered", "unknown", "refused", "lost", "unavailable", "ended"])
        {
            _recoveries.Begin(Instruments.Tag("outcome", outcome));
        }
    }

    private void Change(int sessions, long bytes)
    {
        Interlocked.Add(ref _retained, sessions);
        Interlocked.Add(ref _retainedBytes, bytes);
    }
}
