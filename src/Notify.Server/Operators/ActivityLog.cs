using Notify.Broker.Metrics;
using Notify.Server.Limits;

namespace Notify.Server.Operators;

/// <summary>Reads the counts of this node once a second, and keeps the last minute.</summary>
/// <param name="metrics">The counts.</param>
/// <param name="limits">Counts the connections.</param>
/// <param name="time">The clock.</param>
internal sealed class ActivityLog(BrokerMetrics metrics, ConnectionLimits limits, TimeProvider time) : BackgroundService
{
    /// <summary>The number of seconds that are kept.</summary>
    public const int MaxPoints = 60;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<ActivityPoint> _points = new();
    private Reading _last;

    /// <summary>Gets the last minute, the oldest second first.</summary>
    public IReadOnlyList<ActivityPoint> Points
    {
        get
        {
            lock (_lock)
            {
                return [.. _points];
            }
        }
    }

    /// <summary>Gets the number of processor cores that the process used in the last second.</summary>
    public double Cpu { get; private set; }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _last = Read();
        using var timer = new PeriodicTimer(Step, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Add();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void Add()
    {
        var before = _last;
        var after = _last = Read();
        var point = new ActivityPoint(
            time.GetUtcNow(),
            after.Connections,
            after.Sends - before.Sends,
            after.Failed - before.Failed,
            after.Deliveries - before.Deliveries,
            DurationBuckets.Percentile(before.Durations, after.Durations, 0.99));
        lock (_lock)
        {
            Cpu = (after.Cpu - before.Cpu) / Math.Max(time.GetElapsedTime(before.Timestamp, after.Timestamp).TotalSeconds, 0.001);
            _points.Enqueue(point);
            if (_points.Count > MaxPoints)
            {
                _points.Dequeue();
            }
        }
    }

    private Reading Read() => new(
        time.GetTimestamp(),
        limits.Connections,
        metrics.Publishes.AcceptedRequests,
        metrics.Publishes.FailedRequests,
        metrics.Deliveries.Total,
        metrics.Deliveries.Durations.Read(),
        Environment.CpuUsage.TotalTime.TotalSeconds);

    private readonly record struct Reading(
        long Timestamp, long Connections, long Sends, long Failed, long Deliveries, long[] Durations, double Cpu);
}
