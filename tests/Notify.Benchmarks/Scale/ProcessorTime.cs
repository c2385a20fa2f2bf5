using System.Diagnostics;

namespace Notify.Benchmarks.Scale;

/// <summary>Measures how much CPU time an action takes, whatever else runs on the machine.</summary>
internal static class ProcessorTime
{
    private const int LeastMilliseconds = 100;
    private const int Rounds = 5;

    /// <summary>Returns the CPU time of one call in milliseconds, in the cheapest of some rounds.</summary>
    public static double Measure(Action action)
    {
        // Meanwhile the code is optimized.
        var calls = 1;
        while (Run(action, calls) < LeastMilliseconds)
        {
            calls *= 2;
        }

        return Enumerable.Range(0, Rounds).Min(_ => Run(action, calls)) / calls;
    }

    private static double Run(Action action, int calls)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        for (var i = 0; i < calls; i++)
        {
            action();
        }

        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }
}
