namespace Notify.Storage;

/// <summary>Holds the two times that it may be, since 1970. They differ only after a jump of the clock.</summary>
/// <param name="Early">The earlier one, which tells ages: nothing is too old by it that may be younger.</param>
/// <param name="Late">The later one, which stamps what is kept now.</param>
internal readonly record struct StoreTime(TimeSpan Early, TimeSpan Late)
{
    /// <summary>The earlier one, in Unix milliseconds.</summary>
    public long EarlyMilliseconds => (long)Early.TotalMilliseconds;

    /// <summary>The later one.</summary>
    public DateTimeOffset LateTime => DateTimeOffset.UnixEpoch + Late;

    /// <summary>The later one, in Unix milliseconds.</summary>
    public long LateMilliseconds => (long)Late.TotalMilliseconds;
}
