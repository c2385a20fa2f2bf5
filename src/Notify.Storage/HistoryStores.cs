using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;
using Notify.Storage.Postgres;
using Notify.Storage.Sqlite;

namespace Notify.Storage;

/// <summary>Creates history stores.</summary>
public static class HistoryStores
{
    /// <summary>Creates the store at <see cref="StoreOptions.Location"/> without opening it.</summary>
    /// <param name="channels">The limits of the channels.</param>
    /// <param name="options">The place and the limits of the store.</param>
    /// <param name="logger">The log for failures of the store.</param>
    public static IHistoryStore Create(ChannelOptions channels, StoreOptions options, ILogger logger)
    {
        if (options.SqliteFile is { } file)
        {
            return Sqlite(file, channels, options, logger);
        }

        return options.PostgresAddress is { } address ? Postgres(address, channels, options, logger) : new MemoryStore(options.Time);
    }

    /// <summary>Creates a store in one SQLite file. The file is created when it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">The limits of the channels.</param>
    /// <param name="options">The limits of the store.</param>
    /// <param name="logger">The log for failures of the store.</param>
    public static IHistoryStore Sqlite(string path, ChannelOptions channels, StoreOptions options, ILogger logger) =>
        new BatchingStore(new SqliteBackend(path, channels, options, logger), channels, options, logger);

    /// <summary>Gets the absolute path, without links, of the file that <see cref="Sqlite"/> would open.</summary>
    public static string PathOf(string path) => CanonicalPath.Of(path);

    /// <summary>
    /// Creates a store in the schema <c>notify</c> of a PostgreSQL database. The schema is created when it is missing. Several nodes may
    /// share it.
    /// </summary>
    /// <param name="address">An Npgsql connection string, or a URI <c>postgres://user:password@host:port/database</c>.</param>
    /// <param name="channels">The limits of the channels.</param>
    /// <param name="options">The limits of the store.</param>
    /// <param name="logger">The log for failures of the store.</param>
    /// <exception cref="ArgumentException"><see cref="IsPostgresAddress"/> returns false for <paramref name="address"/>.</exception>
    public static IHistoryStore Postgres(string address, ChannelOptions channels, StoreOptions options, ILogger logger) =>
        PostgresConnectionStringParser.TryRead(address, out var read)
        ? new BatchingStore(new PostgresBackend(read, channels, options, logger), channels, options, logger)
        : throw new ArgumentException("The address is neither a connection string nor a URI.", nameof(address));

    /// <summary>Returns whether a text is the address of a PostgreSQL database.</summary>
    public static bool IsPostgresAddress(string text) => PostgresConnectionStringParser.TryRead(text, out _);
}
