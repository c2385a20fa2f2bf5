using Microsoft.Data.Sqlite;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Erases content so that its bytes do not remain in the file: deleted cells are overwritten, then free pages, which may have been part of
/// the tail, and the write-ahead log, which has the old pages, is emptied. Belongs to the writer's thread.
/// </summary>
internal sealed class SqliteErasure : IDisposable
{
    // After a large trim there may be gigabytes. The pages that were freed last are reused first.
    private const long MaxWipedBytes = 64 << 20;

    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _free;
    private readonly SqliteStatement _fill;
    private readonly SqliteStatement _empty;
    private readonly long _pageSize;
    private readonly TimeSpan _busyTimeout;
    private readonly SqliteStatement _deleteNotifications;
    private readonly SqliteStatement _deleteKeys;
    private readonly SqliteStatement _deleteMarks;
    private readonly SqliteStatement _reset;

    public SqliteErasure(SqliteConnection connection, TimeSpan busyTimeout)
    {
        _busyTimeout = busyTimeout;
        _connection = connection;
        _deleteNotifications = new SqliteStatement(connection, "DELETE FROM notification WHERE channel = ?1");
        _deleteKeys = new SqliteStatement(connection, "DELETE FROM send_key WHERE channel = ?1");
        _deleteMarks = new SqliteStatement(connection, "DELETE FROM inbox WHERE channel = ?1");
        _free = new SqliteStatement(connection, "SELECT freelist_count FROM pragma_freelist_count");
        _fill = new SqliteStatement(connection, "INSERT INTO tail (id, kept_at, sends) VALUES (-1, 0, zeroblob(?1))");
        _empty = new SqliteStatement(connection, "DELETE FROM tail WHERE id = -1");
        _pageSize = SqliteFile.Number(connection, "PRAGMA page_size");
        _reset = new SqliteStatement(connection, "UPDATE channel SET floor = 0 WHERE id = ?1");
    }

    /// <summary>Has the next transactions overwrite what they delete (https://sqlite.org/pragma.html#pragma_secure_delete).</summary>
    public void Begin() => SqliteFile.Execute(_connection, "PRAGMA secure_delete = ON");

    /// <summary>Deletes what the store has of a channel, except its head.</summary>
    public void Erase(long row)
    {
        foreach (var statement in new[] { _deleteNotifications, _deleteKeys, _deleteMarks, _reset })
        {
            statement.Bind(1, row).Run();
        }
    }

    /// <summary>Overwrites the free pages of the file. Runs in a transaction of its own, in which the pages are used and freed.</summary>
    public void Wipe()
    {
        _fill.Bind(1, Math.Min(_free.Number()!.Value * (_pageSize - sizeof(int)), MaxWipedBytes)).Run();
        _empty.Run();
    }

    /// <summary>
    /// Empties the log after the transaction. While a reader still uses the log, it is emptied by a later checkpoint.
    /// </summary>
    public void End() => SqliteFile.Execute(
        _connection,
        "PRAGMA secure_delete = FAST; PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); "
            + SqliteFile.BusyTimeout(_busyTimeout));

    public void Dispose()
    {
        foreach (var statement in new[] { _deleteNotifications, _deleteKeys, _deleteMarks, _reset, _free, _fill, _empty })
        {
            statement.Dispose();
        }
    }
}
