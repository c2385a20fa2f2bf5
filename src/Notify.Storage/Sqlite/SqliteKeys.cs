using System.Text;
using Microsoft.Data.Sqlite;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>Reads and writes the idempotency keys of publishes. Belongs to the writer's thread, and runs in its transactions.</summary>
internal sealed class SqliteKeys : IDisposable
{
    private readonly SqliteStatement _findKey;
    private readonly SqliteStatement _insertKey;

    public SqliteKeys(SqliteConnection connection)
    {
        _findKey = new SqliteStatement(
            connection,
            """
            SELECT request, occurrence, epoch, offset FROM send_key
            WHERE channel = ?1 AND key = ?2 AND key_occurrence = ?3 AND kept_at > ?4
            """);
        _insertKey = new SqliteStatement(
            connection,
            """
            INSERT OR REPLACE INTO send_key (channel, key, key_occurrence, request, occurrence, epoch, offset, kept_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """);
    }

    /// <summary>Finds the first publish with a key.</summary>
    public IdempotencyRecord? Find(StoreRequest.Find find, long now)
    {
        _findKey
            .Bind(1, find.Channel.Row)
            .Bind(2, Encoding.UTF8.GetBytes(find.Key.Key))
            .Bind(3, find.Key.Occurrence)
            .Bind(4, now - (long)IdempotencyKey.Lifetime.TotalMilliseconds);
        if (!_findKey.Read())
        {
            return null;
        }

        var send = new IdempotencyRecord(
            new PublishId(_findKey.GetGuid(0), _findKey.GetInt32(1)), new Position(_findKey.GetString(2), _findKey.GetInt64(3)));
        _findKey.Reset();
        return send;
    }

    /// <summary>Adds the key of a publish.</summary>
    public void Insert(StoreRequest.Append append, IdempotencyKey key, long now) => _insertKey
        .Bind(1, append.Channel.Row)
        .Bind(2, Encoding.UTF8.GetBytes(key.Key))
        .Bind(3, key.Occurrence)
        .Bind(4, append.Notification.Id.Request)
        .Bind(5, append.Notification.Id.Occurrence)
        .Bind(6, append.Notification.Position.Epoch)
        .Bind(7, append.Notification.Offset)
        .Bind(8, now)
        .Run();

    public void Dispose()
    {
        _findKey.Dispose();
        _insertKey.Dispose();
    }
}
