namespace Notify.Server.Limits;

/// <summary>How often something may be done: so many times a second in the long run, and ten seconds' worth of it at once.</summary>
public readonly record struct TokenRate
{
    private const int BurstSeconds = 10;
    private const long Second = 1_000_000_000;

    /// <summary>A rate of <paramref name="perSecond"/>, at least 1.</summary>
    public TokenRate(int perSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond, 1);
        Cost = Second / perSecond;
        Burst = Cost * perSecond * BurstSeconds;
    }

    /// <summary>The time, in nanoseconds, that pays for one token; 0 for no limit, which is the default.</summary>
    internal long Cost { get; }

    /// <summary>What may be owed before anybody waits, in nanoseconds.</summary>
    internal long Burst { get; }
}
