namespace Notify.Broker.Trails;

/// <summary>Records that missed notifications were queued for a client that came back.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="From">The offset of the first notification.</param>
/// <param name="To">The offset of the last notification.</param>
/// <param name="At">When they were queued, in Unix milliseconds.</param>
public sealed record ReplayRecord(string Channel, long From, long To, long At)
{
    /// <summary>The memory of a record, in bytes.</summary>
    internal const int Cost = 72;
}
