namespace Notify.Storage;

/// <summary>Configures the limits of the history and of the store's queues.</summary>
public sealed record StoreOptions
{
    /// <summary>
    /// Gets the maximum number of notifications in a channel. Notifications younger than <see cref="Grace"/> are not removed to meet it.
    /// </summary>
    public int HistorySize { get; init; } = 100;

    /// <summary>Gets how long a notification is stored.</summary>
    public TimeSpan HistoryTtl { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Gets the maximum size of the store on disk, in bytes. The oldest notifications are removed first.</summary>
    public long StoreMax { get; init; } = 10L << 30;

    /// <summary>Gets how long a publish may be retried. The next owner of the channel must recognize it for this time.</summary>
    public TimeSpan SendWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets the age below which the maximum number does not apply. A relay that lost its link for seconds must still find the notifications
    /// that it missed.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets the maximum size of the write backlog, in bytes. Further publishes are refused.</summary>
    public long MaxBacklog { get; init; } = 32L << 20;

    /// <summary>Gets the interval between two trims.</summary>
    public TimeSpan TrimInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets how long a channel is remembered after its last notification was removed, so that a client's old position is recognized as old.
    /// </summary>
    public TimeSpan Afterlife { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Gets how long to wait for another process to release the file, or for a database server that is not up yet.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the delay before a store that failed is tried again.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets the number of notifications in SQLite's tail from which they are compacted.</summary>
    public int TailRows { get; init; } = 16_384;

    /// <summary>Gets the size of SQLite's tail, in bytes, from which it is compacted.</summary>
    public long TailBytes { get; init; } = 8L << 20;

    /// <summary>Gets the age of a notification in SQLite's tail from which it is compacted.</summary>
    public TimeSpan TailAge { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets the longest time between two passes in which SQLite checks all channels for expired notifications. SQLite has no index by age.
    /// </summary>
    public TimeSpan LongestPass { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets how long a jump of the wall clock must last before notifications are deleted because of it.</summary>
    public TimeSpan ClockSettling { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets the source of the wall clock and the monotonic clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the resolution of a channel's last use. A more exact time is not worth a write each time.</summary>
    internal TimeSpan AliveGrain => Afterlife / 24;
}
