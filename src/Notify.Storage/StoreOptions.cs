using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Metrics;

namespace Notify.Storage;

/// <summary>Configures the place and the limits of the history store.</summary>
public sealed record StoreOptions
{
    /// <summary>The prefix of a <see cref="Location"/> that is a SQLite file.</summary>
    public const string SqlitePrefix = "sqlite:";

    /// <summary>The prefix of a <see cref="Location"/> that is a PostgreSQL connection string.</summary>
    public const string PostgresPrefix = "postgres:";

    /// <summary>
    /// Gets <c>NOTIFY_STORE</c>: where notifications are stored. It is <c>memory</c>, <c>sqlite:</c> and the path of a file, or a
    /// PostgreSQL database as <c>postgres:</c> and a connection string or as a URI.
    /// </summary>
    public string Location { get; init; } = "sqlite:data/notify.db";

    /// <summary>
    /// Gets <c>NOTIFY_STORE_MAX</c>: the maximum size of the store on disk in bytes, 1 MB to 100 TB. The oldest notifications are removed
    /// first.
    /// </summary>
    public long StoreMax { get; init; } = 10L << 30;

    /// <summary>
    /// Gets the age below which <see cref="ChannelOptions.HistorySize"/> does not apply. A relay that lost its link for seconds must still
    /// find the notifications that it missed.
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

    /// <summary>
    /// Gets how long a write to SQLite waits for a lock that another program, such as a backup tool, holds for a moment. It is less than
    /// the default of <c>NOTIFY_SEND_TIMEOUT</c>, so that a publish that waits is still answered with what went wrong.
    /// </summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(4);

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

    /// <summary>Gets the metrics of the store; null when nobody collects them.</summary>
    public StoreMetrics? Metrics { get; init; }

    /// <summary>Gets the path of the SQLite file as the operator wrote it; null when the store is another one.</summary>
    public string? SqliteFile =>
        Location.StartsWith(SqlitePrefix, StringComparison.Ordinal) ? Location[SqlitePrefix.Length..] : null;

    /// <summary>Gets the address of the PostgreSQL database in <see cref="Location"/>; null for another kind of store.</summary>
    public string? PostgresAddress => PostgresAddressOf(Location);

    /// <summary>Returns the address of the PostgreSQL database in <paramref name="location"/>; null for another kind of store.</summary>
    public static string? PostgresAddressOf(string location)
    {
        var isUri = location.StartsWith("postgres://", StringComparison.Ordinal)
            || location.StartsWith("postgresql://", StringComparison.Ordinal);
        return isUri ? location : location.StartsWith(PostgresPrefix, StringComparison.Ordinal) ? location[PostgresPrefix.Length..] : null;
    }

    /// <summary>Returns how long a channel of a kind is remembered after its last publish.</summary>
    internal TimeSpan MemoryOf(ChannelOptions channels, ChannelKind kind) => channels.TtlOf(kind) + Afterlife;

    /// <summary>Gets the resolution of a channel's last use. A more exact time is not worth a write each time.</summary>
    internal TimeSpan AliveGrain => Afterlife / 24;
}
