namespace Notify.Server.Limits;

/// <summary>How often something may be done: so many times a second in the long run, and a burst of it at once.</summary>
public readonly record struct TokenRate
{
    private const int BurstSeconds = 10;
    private const long Second = 1_000_000_000;

    /// <summary>A rate of <paramref name="perSecond"/>, at least 1, and ten seconds' worth of it at once.</summary>
    public TokenRate(int perSecond)
        : this(perSecond, TimeSpan.FromSeconds(1), perSecond * (long)BurstSeconds)
    {
    }

    /// <summary>A rate of <paramref name="count"/>, at least 1, in each <paramref name="period"/>, and <paramref name="burst"/> at once.</summary>
    public TokenRate(int count, TimeSpan period, long burst)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Cost = (long)(period.TotalSeconds * Second) / count;
        Burst = Cost * burst;
    }

    /// <summary>The time, in nanoseconds, that pays for one token; 0 for no limit, which is the default.</summary>
    internal long Cost { get; }

    /// <summary>What may be owed before anybody waits, in nanoseconds.</summary>
    internal long Burst { get; }
}
