namespace Notify.Server.Options;

/// <summary>What is kept of each channel for clients that come back.</summary>
public sealed record HistoryOptions
{
    /// <summary>What a <see cref="Store"/> begins with that is a SQLite file.</summary>
    public const string SqlitePrefix = "sqlite:";

    /// <summary>What a <see cref="Store"/> begins with that is a PostgreSQL database, and is no URI.</summary>
    public const string PostgresPrefix = "postgres:";

    /// <summary>
    /// <c>NOTIFY_STORE</c>: where notifications are kept: <c>memory</c>, <c>sqlite:</c> and the path of a file, or a PostgreSQL database as
    /// <c>postgres:</c> and a connection string or as a URI.
    /// </summary>
    public string Store { get; init; } = "sqlite:data/notify.db";

    /// <summary><c>NOTIFY_STORE_MAX</c>: how many bytes the store may take on its disk, 1 MB to 100 TB; the oldest notifications go first.</summary>
    public long StoreMax { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary><c>NOTIFY_HISTORY_SIZE</c>: how many notifications of a channel are kept, 0 to 100000.</summary>
    public int Size { get; init; } = 100;

    /// <summary><c>NOTIFY_HISTORY_TTL</c>: how long a notification is kept, 1 second to 3650 days.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromDays(7);

    /// <summary><c>NOTIFY_MEMORY_MAX</c>: how many bytes the history of all channels of this node may take, 1 MB to 1 TB; the oldest goes first.</summary>
    public long MemoryMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Gets the path of the SQLite file as the operator wrote it; null when the store is another one.</summary>
    public string? SqliteFile => Store.StartsWith(SqlitePrefix, StringComparison.Ordinal) ? Store[SqlitePrefix.Length..] : null;

    /// <summary>What <see cref="Store"/> says of where the PostgreSQL database is; null when it is none.</summary>
    public string? PostgresAddress => PostgresAddressOf(Store);

    /// <summary>What <paramref name="store"/> says of where the PostgreSQL database is; null when it is none.</summary>
    internal static string? PostgresAddressOf(string store)
    {
        var isUri = store.StartsWith("postgres://", StringComparison.Ordinal) || store.StartsWith("postgresql://", StringComparison.Ordinal);
        return isUri ? store : store.StartsWith(PostgresPrefix, StringComparison.Ordinal) ? store[PostgresPrefix.Length..] : null;
    }
}
