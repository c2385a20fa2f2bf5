namespace Notify.Server.Memory;

/// <summary>
/// Gives the memory of a busy time back to the system when the node is quiet: the runtime collects when something is allocated, so what a
/// burst left would otherwise stay until the next one.
/// </summary>
internal sealed class QuietCollector : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watch = new QuietWatch();
        using var timer = new PeriodicTimer(QuietWatch.Interval);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (watch.Look(GC.GetTotalAllocatedBytes()))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
