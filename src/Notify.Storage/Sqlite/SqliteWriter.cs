using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Notify.Broker.Channels;
using Notify.Broker.Histories;

namespace Notify.Storage.Sqlite;

/// <summary>Writes batches. Belongs to one thread.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly StoreOptions _options;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _take;
    private readonly SqliteStatement _create;
    private readonly SqliteStatement _recent;
    private readonly SqliteStatement _advance;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _findKey;
    private readonly SqliteStatement _insertKey;

    public SqliteWriter(SqliteConnection connection, StoreOptions options)
    {
        _options = options;
        _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE", 0);
        _commit = new SqliteStatement(connection, "COMMIT", 0);
        _rollback = new SqliteStatement(connection, "ROLLBACK", 0);
        _find = new SqliteStatement(connection, "SELECT id, epoch, last, floor, last_at FROM channel WHERE name = $1", 1);
        _take = new SqliteStatement(connection, "UPDATE channel SET owner = $2 WHERE id = $1", 2);
        _create = new SqliteStatement(
            connection, "INSERT INTO channel (name, epoch, last, floor, owner, last_at) VALUES ($1, $2, 0, 0, $3, $4) RETURNING id", 4);
        _recent = new SqliteStatement(
            connection, "SELECT offset, request, occurrence, kept_at FROM notification WHERE channel = $1 ORDER BY offset DESC", 1);

        // The fence: a former owner changes no row, whether or not the new one has written.
        _advance = new SqliteStatement(
            connection, "UPDATE channel SET last = $3 + $4, last_at = $5 WHERE id = $1 AND owner = $2 AND last = $3", 5);
        _insert = new SqliteStatement(
            connection, "INSERT INTO notification (channel, offset, request, occurrence, at, kept_at, payload) VALUES ($1, $2, $3, $4, $5, $6, $7)", 7);
        _findKey = new SqliteStatement(
            connection, "SELECT request, occurrence, epoch, offset FROM send_key WHERE channel = $1 AND key = $2 AND key_occurrence = $3 AND kept_at > $4", 4);
        _insertKey = new SqliteStatement(
            connection, "INSERT OR REPLACE INTO send_key (channel, key, key_occurrence, request, occurrence, epoch, offset, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", 8);
    }

    /// <summary>Serves a batch in one transaction; see <see cref="IStoreBackend.Write"/>.</summary>
    public void Write(IReadOnlyList<StoreRequest> batch)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        InTransaction(() =>
        {
            foreach (var request in batch)
            {
                switch (request)
                {
                    case StoreRequest.Claim claim:
                        claim.Result = Claim(claim, now);
                        break;
                    case StoreRequest.Find find:
                        find.Result = Find(find, now);
                        break;
                }
            }

            Append(batch, now);
        });
    }

    /// <summary>Runs <paramref name="work"/> in a transaction of its own.</summary>
    public void InTransaction(Action work)
    {
        _begin.Run();
        try
        {
            work();
            _commit.Run();
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _begin, _commit, _rollback, _find, _take, _create, _recent, _advance, _insert, _findKey, _insertKey })
        {
            statement.Dispose();
        }
    }

    // After some failures SQLite has rolled back by itself (https://sqlite.org/lang_transaction.html), and says that nothing is open.
    private void Rollback()
    {
        try
        {
            _rollback.Run();
        }
        catch (SqliteException)
        {
            // Nothing was open any more.
        }
    }

    private SqlChannel Claim(StoreRequest.Claim claim, long now)
    {
        var owner = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
        long row;
        Position head;
        long lastAt;
        using (var found = _find.Query(claim.Name))
        {
            if (!found.Read())
            {
                var epoch = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(8));
                return new SqlChannel(claim.Channel, _create.Number(claim.Name, epoch, owner, now)!.Value, owner, new Position(epoch, 0), []);
            }

            row = found.GetInt64(0);
            head = new Position(found.GetString(1), found.GetInt64(2));
            lastAt = found.GetInt64(4);
        }

        _take.Run(row, owner);
        var since = now - (long)_options.SendWindow.TotalMilliseconds;
        return new SqlChannel(claim.Channel, row, owner, head, lastAt >= since ? Recent(row, since) : []);
    }

    private List<(SendId Id, long Offset)> Recent(long row, long since)
    {
        var sends = new List<(SendId, long)>();
        using var rows = _recent.Query(row);
        while (rows.Read() && rows.GetInt64(3) >= since)
        {
            sends.Add((new SendId(rows.GetGuidOfBytes(1), rows.GetInt32(2)), rows.GetInt64(0)));
        }

        sends.Reverse();
        return sends;
    }

    private KeyedSend? Find(StoreRequest.Find find, long now)
    {
        using var rows = _findKey.Query(
            find.Channel.Row, Encoding.UTF8.GetBytes(find.Key.Key), find.Key.Occurrence, now - (long)IdempotencyKey.Lifetime.TotalMilliseconds);
        return rows.Read()
            ? new KeyedSend(new SendId(rows.GetGuidOfBytes(0), rows.GetInt32(1)), new Position(rows.GetString(2), rows.GetInt64(3)))
            : null;
    }

    // Appends of one channel that follow each other move its head once.
    private void Append(IReadOnlyList<StoreRequest> batch, long now)
    {
        var runs = new Dictionary<SqlChannel, List<StoreRequest.Append>>(ReferenceEqualityComparer.Instance);
        foreach (var request in batch)
        {
            if (request is StoreRequest.Append append)
            {
                if (!runs.TryGetValue(append.Channel, out var run))
                {
                    runs.Add(append.Channel, run = new List<StoreRequest.Append>(1));
                }

                run.Add(append);
            }
        }

        foreach (var (channel, run) in runs)
        {
            var before = run[0].Notification.Offset - 1;
            var isOwner = run[^1].Notification.Offset == before + run.Count
                && _advance.Run(channel.Row, channel.Owner, before, run.Count, now) == 1;
            foreach (var append in run)
            {
                append.IsKept = isOwner;
                if (isOwner)
                {
                    Insert(append, now);
                }
            }
        }
    }

    private void Insert(StoreRequest.Append append, long now)
    {
        var notification = append.Notification;
        var request = notification.Id.Request.ToByteArray();
        _insert.Run(
            append.Channel.Row, notification.Offset, request, notification.Id.Occurrence, notification.At, now, notification.Payload.ToArray());
        if (append.Key is { } key)
        {
            _insertKey.Run(
                append.Channel.Row, Encoding.UTF8.GetBytes(key.Key), key.Occurrence, request, notification.Id.Occurrence, notification.Position.Epoch, notification.Offset, now);
        }
    }
}
