using Microsoft.Extensions.Logging;
using Notify.Broker.Histories;
using Notify.Storage.Sqlite;

namespace Notify.Storage;

/// <summary>Makes stores.</summary>
public static class HistoryStores
{
    /// <summary>A store in one SQLite file, which is created when it is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What it keeps.</param>
    /// <param name="logger">Where it says when it does not work.</param>
    public static IHistoryStore Sqlite(string path, StoreOptions options, ILogger logger) =>
        new BatchingStore(new SqliteBackend(path, options, logger), options, logger);
}
