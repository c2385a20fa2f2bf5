namespace Notify.Benchmarks.Load;

/// <summary>What is counted during a run. Safe from any thread.</summary>
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

    /// <summary>From when a notification was to be sent until a connection was told it.</summary>
    public Latencies Deliveries { get; } = new();

    /// <summary>From when a notification was to be sent until the server answered.</summary>
    public Latencies Answers { get; } = new();

    public long Connections => Interlocked.Read(ref _connected);

    /// <summary>Connections that the server ended.</summary>
    public long Ends => Interlocked.Read(ref _ended);

    /// <summary>Sends that were answered 200.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Sends that were not.</summary>
    public long Refusals => Interlocked.Read(ref _refused);

    /// <summary>Notifications that connections were told, each counted for each of them.</summary>
    public long Told => Interlocked.Read(ref _delivered);

    /// <summary>Of the sends, those after the warm-up.</summary>
    public long CountedSends => Interlocked.Read(ref _countedSent);

    /// <summary>Of the deliveries, those after the warm-up.</summary>
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
