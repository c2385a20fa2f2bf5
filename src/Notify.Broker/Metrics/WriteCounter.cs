namespace Notify.Broker.Metrics;

/// <summary>
/// Counts writes by protocol. Threads write to separate cache lines, because one that all share would be the most contended of the process.
/// </summary>
internal sealed class WriteCounter
{
    // A cache line has 64 bytes, and processors fetch two at once.
    private const int Line = 16;

    private static readonly int Lines = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 2);

    private readonly long[] _counts = new long[(Lines + 1) * Line];

    /// <summary>Counts a write.</summary>
    public void Add(ConnectionProtocol protocol)
    {
        var line = 1 + (Environment.CurrentManagedThreadId & (Lines - 1));
        Interlocked.Increment(ref _counts[(line * Line) + (int)protocol]);
    }

    /// <summary>Returns the number of writes.</summary>
    public long Of(ConnectionProtocol protocol)
    {
        var sum = 0L;
        for (var line = 1; line <= Lines; line++)
        {
            sum += Volatile.Read(ref _counts[(line * Line) + (int)protocol]);
        }

        return sum;
    }
}
