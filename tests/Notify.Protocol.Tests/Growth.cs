using Notify.Fuzz;

namespace Notify.Protocol.Tests;

/// <summary>
/// Checks how the work of a decoder grows with its input: eight times the input may cost eight times as much, with room for a busy machine;
/// quadratic work costs 64 times as much. The fastest of many runs counts, by the processor time of this thread, so that other threads and
/// processes have no effect.
/// </summary>
internal static class Growth
{
    private const int Factor = 8;
    private const double MostTime = 24;
    private const double MostMemory = 16;
    private const int Runs = 15;
    private const int Attempts = 4;

    // Work below this time for the longest input has no harmful growth, and none that can be measured well.
    private static readonly TimeSpan Unmeasurable = TimeSpan.FromMilliseconds(2);

    /// <summary>Fails unless the work is linear.</summary>
    /// <param name="size">The size of the longest input.</param>
    /// <param name="make">Creates an input of a size.</param>
    /// <param name="work">Does the work.</param>
    public static void AssertLinear<T>(int size, Func<int, T> make, Action<T> work)
    {
        var (small, large) = (make(size / Factor), make(size));
        work(small);
        work(large);
        var (smallMemory, largeMemory) = (Memory(small, work), Memory(large, work));
        Assert.True(
            largeMemory < 100_000 || largeMemory < MostMemory * Math.Max(smallMemory, 1000),
            $"{Factor} times the input makes {largeMemory} bytes of garbage of {smallMemory}");

        // Newly compiled code becomes faster during the measurement. Quadratic work stays quadratic, however often it runs.
        var (ratio, took) = (0.0, TimeSpan.Zero);
        for (var i = 0; i < Attempts; i++)
        {
            took = Fastest(large, work);
            ratio = took / Fastest(small, work);
            if (took < Unmeasurable || ratio < MostTime)
            {
                return;
            }
        }

        Assert.Fail($"{Factor} times the input takes {ratio:F1} times as long: {took.TotalMilliseconds:F1} ms");
    }

    private static long Memory<T>(T input, Action<T> work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work(input);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static TimeSpan Fastest<T>(T input, Action<T> work)
    {
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < Runs; i++)
        {
            var began = ThreadClock.Now;
            work(input);
            var took = ThreadClock.Now - began;
            fastest = took < fastest ? took : fastest;
        }

        return fastest;
    }
}
