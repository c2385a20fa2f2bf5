using System.Diagnostics;

namespace Notify.Cluster.Tests;

/// <summary>Waits for conditions, long enough for a busy machine.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> complaint)
    {
        for (var began = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(50))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Limit, complaint());
        }
    }

    public static Task UntilAsync(Func<bool> condition, Func<string> complaint) => UntilAsync(() => Task.FromResult(condition()), complaint);
}
