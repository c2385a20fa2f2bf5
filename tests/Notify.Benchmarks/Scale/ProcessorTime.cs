using System.Diagnostics;

namespace Notify.Benchmarks.Scale;

/// <summary>Measures how much CPU time an action takes, whatever else runs on the machine.</summary>
internal static class ProcessorTime
{
    private const int LeastMilliseconds = 100;

    /// <summary>Returns the CPU time of one call in milliseconds, the mean of as many calls as can be measured well.</summary>
    public static double Measure(Action action)
    {
        // The first call is compiled.
        action();
        using var process = Process.GetCurrentProcess();
        for (var calls = 1; ; calls *= 4)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            for (var i = 0; i < calls; i++)
            {
                action();
            }

            process.Refresh();
            var took = (process.TotalProcessorTime - before).TotalMilliseconds;
            if (took >= LeastMilliseconds)
            {
                return took / calls;
            }
        }
    }
}
