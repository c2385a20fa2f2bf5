namespace Notify.Server.Memory;

/// <summary>
/// Returns memory to the system when the node is idle. The runtime collects only when the program allocates, so the memory of a burst would
/// otherwise be held until the next one.
/// </summary>
internal sealed class IdleGarbageCollector : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watch = new IdleDetector();
        using var timer = new PeriodicTimer(IdleDetector.Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (watch.IsIdleNow(GC.GetTotalAllocatedBytes()))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
