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
    private readonly SqliteStatement _renew;

    public SqliteWriter(SqliteConnection connection, StoreOptions options)
    {
        _options = options;
        _begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(connection, "COMMIT");
        _rollback = new SqliteStatement(connection, "ROLLBACK");
        _find = new SqliteStatement(connection, "SELECT id, epoch, last, last_at FROM channel WHERE name = ?1");
        _take = new SqliteStatement(connection, "UPDATE channel SET owner = ?2 WHERE id = ?1");
        _create = new SqliteStatement(
            connection, "INSERT INTO channel (name, epoch, last, floor, owner, last_at) VALUES (?1, ?2, 0, 0, ?3, ?4) RETURNING id");
        _recent = new SqliteStatement(
            connection, "SELECT offset, request, occurrence, kept_at FROM notification WHERE channel = ?1 ORDER BY offset DESC");

        // The fence: a former owner changes no row, whether or not the new one has written.
        _advance = new SqliteStatement(
            connection, "UPDATE channel SET last = ?3 + ?4, last_at = ?5 WHERE id = ?1 AND owner = ?2 AND last = ?3");
        _insert = new SqliteStatement(
            connection, "INSERT INTO notification (channel, offset, request, occurrence, at, kept_at, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        _findKey = new SqliteStatement(
            connection, "SELECT request, occurrence, epoch, offset FROM send_key WHERE channel = ?1 AND key = ?2 AND key_occurrence = ?3 AND kept_at > ?4");
        _insertKey = new SqliteStatement(
            connection, "INSERT OR REPLACE INTO send_key (channel, key, key_occurrence, request, occurrence, epoch, offset, kept_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        _renew = new SqliteStatement(connection, "UPDATE channel SET epoch = lower(hex(randomblob(8))), owner = random()");
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
                    case StoreRequest.Renew:
                        _renew.Run();
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
        foreach (var statement in new[] { _begin, _commit, _rollback, _find, _take, _create, _recent, _advance, _insert, _findKey, _insertKey, _renew })
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
        if (!_find.Bind(1, claim.Name).Read())
        {
            var epoch = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(8));
            row = _create.Bind(1, claim.Name).Bind(2, epoch).Bind(3, owner).Bind(4, now).Number()!.Value;
            return new SqlChannel(claim.Channel, row, owner, new Position(epoch, 0), []);
        }

        row = _find.GetInt64(0);
        head = new Position(_find.GetString(1), _find.GetInt64(2));
        lastAt = _find.GetInt64(3);
        _find.Reset();
        _take.Bind(1, row).Bind(2, owner).Run();
        var since = now - (long)_options.SendWindow.TotalMilliseconds;
        return new SqlChannel(claim.Channel, row, owner, head, lastAt >= since ? Recent(row, since) : []);
    }

    private List<(SendId Id, long Offset)> Recent(long row, long since)
    {
        var sends = new List<(SendId, long)>();
        _recent.Bind(1, row);
        while (_recent.Read() && _recent.GetInt64(3) >= since)
        {
            sends.Add((new SendId(_recent.GetGuid(1), _recent.GetInt32(2)), _recent.GetInt64(0)));
        }

        _recent.Reset();
        sends.Reverse();
        return sends;
    }

    private KeyedSend? Find(StoreRequest.Find find, long now)
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

        var send = new KeyedSend(
            new SendId(_findKey.GetGuid(0), _findKey.GetInt32(1)), new Position(_findKey.GetString(2), _findKey.GetInt64(3)));
        _findKey.Reset();
        return send;
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
                && _advance.Bind(1, channel.Row).Bind(2, channel.Owner).Bind(3, before).Bind(4, run.Count).Bind(5, now).Run() == 1;
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
        _insert
            .Bind(1, append.Channel.Row)
            .Bind(2, notification.Offset)
            .Bind(3, notification.Id.Request)
            .Bind(4, notification.Id.Occurrence)
            .Bind(5, notification.At)
            .Bind(6, now)
            .Bind(7, notification.Payload.Span)
            .Run();
        if (append.Key is { } key)
        {
            _insertKey
                .Bind(1, append.Channel.Row)
                .Bind(2, Encoding.UTF8.GetBytes(key.Key))
                .Bind(3, key.Occurrence)
                .Bind(4, notification.Id.Request)
                .Bind(5, notification.Id.Occurrence)
                .Bind(6, notification.Position.Epoch)
                .Bind(7, notification.Offset)
                .Bind(8, now)
                .Run();
        }
    }
}
