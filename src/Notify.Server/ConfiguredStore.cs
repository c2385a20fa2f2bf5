using Notify.Broker.History;
using Notify.Server.Options;
using Notify.Storage;

namespace Notify.Server;

/// <summary>Makes the store that <c>NOTIFY_STORE</c> names.</summary>
internal static class ConfiguredStore
{
    /// <summary>Makes the store; it is not opened yet.</summary>
    public static IHistoryStore Create(NotifyOptions options, ILogger logger)
    {
        var history = options.History;
        if (history.SqliteFile is { } file)
        {
            return HistoryStores.Sqlite(file, ToStore(options), logger);
        }

        if (history.PostgresAddress is { } address)
        {
            return HistoryStores.Postgres(address, ToStore(options), logger);
        }

        return new MemoryStore();
    }

    private static StoreOptions ToStore(NotifyOptions options) => new()
    {
        HistorySize = options.History.Size,
        HistoryTtl = options.History.TimeToLive,
        StoreMax = options.History.StoreMax,
        SendWindow = 2 * options.Send.Timeout,
    };
}
