namespace Notify.Server.Options;

/// <summary>Configures the history of channels, from which reconnecting clients recover.</summary>
public sealed record HistoryOptions
{
    /// <summary>The prefix of a <see cref="Store"/> that is a SQLite file.</summary>
    public const string SqlitePrefix = "sqlite:";

    /// <summary>The prefix of a <see cref="Store"/> that is a PostgreSQL connection string.</summary>
    public const string PostgresPrefix = "postgres:";

    /// <summary>
    /// Gets <c>NOTIFY_STORE</c>: where notifications are stored. It is <c>memory</c>, <c>sqlite:</c> and the path of a file, or a
    /// PostgreSQL database as <c>postgres:</c> and a connection string or as a URI.
    /// </summary>
    public string Store { get; init; } = "sqlite:data/notify.db";

    /// <summary>
    /// Gets <c>NOTIFY_STORE_MAX</c>: the maximum size of the store on disk in bytes, 1 MB to 100 TB. The oldest notifications are removed
    /// first.
    /// </summary>
    public long StoreMax { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary>Gets <c>NOTIFY_HISTORY_SIZE</c>: the number of notifications to store in each channel, 0 to 100000.</summary>
    public int Size { get; init; } = 100;

    /// <summary>Gets <c>NOTIFY_HISTORY_TTL</c>: how long a notification is stored, 1 second to 3650 days.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Gets <c>NOTIFY_MEMORY_MAX</c>: the maximum size of this node's history in memory in bytes, 1 MB to 1 TB. The oldest notifications
    /// are removed first.
    /// </summary>
    public long MemoryMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Gets the path of the SQLite file as the operator wrote it; null when the store is another one.</summary>
    public string? SqliteFile => Store.StartsWith(SqlitePrefix, StringComparison.Ordinal) ? Store[SqlitePrefix.Length..] : null;

    /// <summary>Gets the address of the PostgreSQL database in <see cref="Store"/>; null for another kind of store.</summary>
    public string? PostgresAddress => PostgresAddressOf(Store);

    /// <summary>Returns the address of the PostgreSQL database in <paramref name="store"/>; null for another kind of store.</summary>
    internal static string? PostgresAddressOf(string store)
    {
        var isUri = store.StartsWith("postgres://", StringComparison.Ordinal)
            || store.StartsWith("postgresql://", StringComparison.Ordinal);
        return isUri ? store : store.StartsWith(PostgresPrefix, StringComparison.Ordinal) ? store[PostgresPrefix.Length..] : null;
    }
}
