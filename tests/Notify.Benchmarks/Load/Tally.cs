namespace Notify.Benchmarks.Load;

/// <summary>Holds the counters of a run. Safe to use from any thread.</summary>
internal sealed class Tally
{
    private long _connected;
    private long _ended;
    private long _sent;
    private long _refused;
    private long _delivered;
    private long _countedSent;
    private long _countedDelivered;
    private long _doubled;
    private long _reordered;

    /// <summary>Gets the times from when a notification was due until its delivery.</summary>
    public Latencies Deliveries { get; } = new();

    /// <summary>Gets the times from when a notification was due until the response.</summary>
    public Latencies Answers { get; } = new();

    public long Connections => Interlocked.Read(ref _connected);

    /// <summary>Gets the connections that the server ended.</summary>
    public long Ends => Interlocked.Read(ref _ended);

    /// <summary>Gets the publishes that were answered with 200.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Gets the publishes that were refused.</summary>
    public long Refusals => Interlocked.Read(ref _refused);

    /// <summary>Gets the deliveries to all connections.</summary>
    public long Told => Interlocked.Read(ref _delivered);

    /// <summary>Gets the publishes after the warm-up.</summary>
    public long CountedSends => Interlocked.Read(ref _countedSent);

    /// <summary>Gets the deliveries after the warm-up.</summary>
    public long CountedDeliveries => Interlocked.Read(ref _countedDelivered);

    public long Doubles => Interlocked.Read(ref _doubled);

    public long Reorders => Interlocked.Read(ref _reordered);

    public void Connected() => Interlocked.Increment(ref _connected);

    public void Ended() => Interlocked.Increment(ref _ended);

    public void Refused() => Interlocked.Increment(ref _refused);

    public void Doubled() => Interlocked.Increment(ref _doubled);

    public void Reordered() => Interlocked.Increment(ref _reordered);

    public void Answered(Stamp stamp)
    {
        Interlocked.Increment(ref _sent);
        if (stamp.Counts)
        {
            Interlocked.Increment(ref _countedSent);
            Answers.Add(stamp.Age);
        }
    }

    public void Delivered(Stamp stamp)
    {
        Interlocked.Increment(ref _delivered);
        if (stamp.Counts)
        {
            Interlocked.Increment(ref _countedDelivered);
            Deliveries.Add(stamp.Age);
        }
    }
}
