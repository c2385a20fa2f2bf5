namespace Notify.Broker.Metrics;

/// <summary>Counts durations by powers of two, so that percentiles can be read without an exporter. Any thread may use it.</summary>
public sealed class DurationBuckets
{
    // From 2^-4 to 2^17 milliseconds, a sixteenth of a millisecond to two minutes.
    private const int Buckets = 22;
    private const int FirstExponent = -4;

    private readonly long[] _counts = new long[Buckets];

    /// <summary>Counts a duration.</summary>
    public void Add(TimeSpan duration)
    {
        var milliseconds = duration.TotalMilliseconds;
        var exponent = milliseconds <= 0 ? FirstExponent : (int)Math.Ceiling(Math.Log2(milliseconds));
        Interlocked.Increment(ref _counts[Math.Clamp(exponent - FirstExponent, 0, Buckets - 1)]);
    }

    /// <summary>Returns a copy of the counts.</summary>
    public long[] Read() => [.. _counts];

    /// <summary>
    /// Returns a percentile of what was counted between two reads, in milliseconds: the upper bound of its bucket. Returns null when
    /// nothing was counted.
    /// </summary>
    public static double? Percentile(IReadOnlyList<long> before, IReadOnlyList<long> after, double percentile)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var counts = after.Select((count, i) => count - before[i]).ToArray();
        var rank = Math.Ceiling(counts.Sum() * percentile);
        for (var i = 0; i < counts.Length; i++)
        {
            rank -= counts[i];
            if (counts[i] > 0 && rank <= 0)
            {
                return Math.Pow(2, i + FirstExponent);
            }
        }

        return null;
    }
}
