namespace Notify.Benchmarks.Load;

/// <summary>Represents a channel of a run, with one publisher.</summary>
internal sealed class LoadChannel(string name)
{
    private long _number;

    public string Name => name;

    /// <summary>Gets the number of publishes that were answered with 200.</summary>
    public long Accepted { get; private set; }

    /// <summary>Gets the subscribers.</summary>
    public List<Subscriber> Subscribers { get; } = [];

    /// <summary>Returns the number of the next notification.</summary>
    public long Next() => ++_number;

    public void Accept() => Accepted++;

    /// <summary>Counts the accepted notifications that a subscriber did not receive, for each subscriber.</summary>
    public long CountLost() => Subscribers.Sum(subscriber => Math.Max(0, Accepted - subscriber.Told));
}
