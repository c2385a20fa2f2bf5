namespace Notify.Benchmarks.Load;

/// <summary>Counts times in buckets with a resolution of one part in 128. Safe to use from any thread.</summary>
internal sealed class Latencies
{
    private const int SubBits = 7;
    private const int SubBuckets = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits) * SubBuckets];

    public void Add(TimeSpan time) => Interlocked.Increment(ref _counts[Bucket(Math.Max(0, (long)time.TotalMicroseconds))]);

    /// <summary>Returns a percentile in milliseconds; 0 when there is no time.</summary>
    public double Percentile(double percent)
    {
        var total = _counts.Sum();
        var left = (long)Math.Ceiling(total * percent / 100);
        for (var bucket = 0; bucket < _counts.Length && total > 0; bucket++)
        {
            left -= _counts[bucket];
            if (left <= 0)
            {
                return UpperEnd(bucket) / 1000.0;
            }
        }

        return 0;
    }

    // Below 128 each microsecond has a bucket; above, each power of two has 128.
    private static int Bucket(long microseconds)
    {
        var shift = Math.Max(0, 64 - SubBits - 1 - System.Numerics.BitOperations.LeadingZeroCount((ulong)microseconds | 1));
        return (shift * SubBuckets) + (int)(microseconds >> shift);
    }

    private static long UpperEnd(int bucket)
    {
        var shift = Math.Max(0, (bucket / SubBuckets) - 1);
        return ((long)(bucket - (shift * SubBuckets)) + 1) << shift;
    }
}
