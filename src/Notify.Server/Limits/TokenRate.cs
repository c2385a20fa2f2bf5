namespace Notify.Server.Limits;

/// <summary>Specifies a rate: the number of times a second in the long run, and the burst.</summary>
public readonly record struct TokenRate
{
    private const long Second = 1_000_000_000;

    /// <summary>
    /// Creates a rate of <paramref name="perSecond"/>, at least 1, with a burst of <paramref name="burstSeconds"/> seconds' worth.
    /// </summary>
    public TokenRate(int perSecond, int burstSeconds = 10)
        : this(perSecond, TimeSpan.FromSeconds(1), perSecond * (long)burstSeconds)
    {
    }

    /// <summary>
    /// Creates a rate of <paramref name="count"/>, at least 1, in each <paramref name="period"/>, with the given <paramref name="burst"/>.
    /// </summary>
    public TokenRate(int count, TimeSpan period, long burst)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Cost = (long)(period.TotalSeconds * Second) / count;
        Burst = Cost * burst;
    }

    /// <summary>Gets the time that one token costs, in nanoseconds; 0 for no limit, which is the default.</summary>
    internal long Cost { get; }

    /// <summary>Gets the rounded number of tokens each second; 0 for no limit.</summary>
    internal int PerSecond => Cost == 0 ? 0 : (int)((Second + (Cost / 2)) / Cost);

    /// <summary>Gets the debt that is allowed without waiting, in nanoseconds.</summary>
    internal long Burst { get; }
}
