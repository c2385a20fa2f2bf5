namespace Notify.Storage;

/// <summary>Holds the two candidates for the current time, since 1970. They differ only after a jump of the clock.</summary>
/// <param name="Early">The earlier time, from which ages are computed, so that nothing is deleted too early.</param>
/// <param name="Late">The later time, with which new notifications are stamped.</param>
internal readonly record struct StoreTime(TimeSpan Early, TimeSpan Late)
{
    /// <summary>Gets the earlier time in Unix milliseconds.</summary>
    public long EarlyMilliseconds => (long)Early.TotalMilliseconds;

    /// <summary>Gets the later time.</summary>
    public DateTimeOffset LateTime => DateTimeOffset.UnixEpoch + Late;

    /// <summary>Gets the later time in Unix milliseconds.</summary>
    public long LateMilliseconds => (long)Late.TotalMilliseconds;
}
