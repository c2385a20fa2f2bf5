namespace Notify.Benchmarks.Load;

/// <summary>A channel of a run: one publisher sends to it.</summary>
internal sealed class LoadChannel(string name)
{
    private long _number;

    public string Name => name;

    /// <summary>How many sends were answered 200.</summary>
    public long Accepted { get; private set; }

    /// <summary>Those who have joined.</summary>
    public List<Subscriber> Subscribers { get; } = [];

    /// <summary>The number of the next notification.</summary>
    public long Next() => ++_number;

    public void Accept() => Accepted++;

    /// <summary>What was accepted and not told to somebody, counted for each of them.</summary>
    public long CountLost() => Subscribers.Sum(subscriber => Math.Max(0, Accepted - subscriber.Told));
}
