namespace Notify.Server.Memory;

/// <summary>
/// Gives the memory of a busy time back to the system when the node is quiet: the runtime collects when something is allocated, so what a
/// burst left would otherwise stay until the next one.
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
