using System.Text;
using Microsoft.Data.Sqlite;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Revocations;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Reads pages and lists over a connection of its own, concurrently with the writer. Safe to use from any thread; one read runs at a time.
/// </summary>
internal sealed class SqliteReader(string path, SqliteTail tail, TimeSpan busyTimeout) : IDisposable
{
    private const int RowOverhead = 160;

    private readonly SemaphoreSlim _turn = new(1);
    private SqliteConnection? _connection;

    public Task<StoredPage> ReadAsync(SqlChannel channel, long after, long upTo, int maxBytes) =>
        InTurnAsync(connection => Read(connection, channel, after, upTo, maxBytes));

    public Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(IReadOnlyList<string> channels) =>
        InTurnAsync<IReadOnlyList<ClaimedChannel?>>(connection => SqlitePeek.Read(connection, tail, channels));

    public Task<IReadOnlyList<StoredChannel>> ListAsync(string prefix, string? after, int limit) =>
        InTurnAsync<IReadOnlyList<StoredChannel>>(connection => List(connection, prefix, after, limit));

    public Task<IReadOnlyList<Revocation>> ReadRevocationsAsync(long changed, int limit) =>
        InTurnAsync<IReadOnlyList<Revocation>>(connection => ReadRevocations(connection, changed, limit));

    public Task<byte[]> ReadLinkKeyAsync() => InTurnAsync(static connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM setting WHERE name = 'link_key'";
        return command.ExecuteScalar() as byte[] ?? throw new BackendException("The table setting has no link_key.");
    });

    public void Dispose()
    {
        _connection?.Dispose();
        _turn.Dispose();
    }

    private StoredPage Read(SqliteConnection connection, SqlChannel channel, long after, long upTo, int maxBytes)
    {
        var tailed = tail.Read(channel.Row, after, maxBytes);

        // Floor and rows must be from the same snapshot, because a trim may run concurrently.
        using var snapshot = connection.BeginTransaction(deferred: true);
        var floor = Floor(connection, channel);
        if (floor is not { } known || (after != StoredPage.Earliest && after < known))
        {
            return new StoredPage(floor ?? channel.Head.Offset, null);
        }

        var from = after == StoredPage.Earliest ? known : after;
        var page = new List<Notification>();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT offset, request, occurrence, at, payload, meta FROM notification
            WHERE channel = $1 AND offset > $2 AND offset <= $3 ORDER BY offset
            """;
        command.Parameters.AddWithValue("$1", channel.Row);
        command.Parameters.AddWithValue("$2", from);
        command.Parameters.AddWithValue("$3", upTo);
        using var rows = command.ExecuteReader();
        var bytes = 0;
        var hasRoom = true;
        while (hasRoom && rows.Read())
        {
            var id = new PublishId(new Guid(rows.GetFieldValue<byte[]>(1)), rows.GetInt32(2));
            var meta = rows.IsDBNull(5) ? [] : rows.GetFieldValue<byte[]>(5);
            Add(rows.GetInt64(0), id, rows.GetInt64(3), rows.GetFieldValue<byte[]>(4), meta);
        }

        // Rows of the tail may have been compacted by now, and so be on the page already.
        var last = page.Count > 0 ? page[^1].Offset : from;
        foreach (var row in tailed.Where(row => row.Offset > last && row.Offset <= upTo).TakeWhile(_ => hasRoom))
        {
            Add(row.Offset, row.Id, row.At, row.Payload, row.Meta);
        }

        return new StoredPage(from, page);

        void Add(long offset, PublishId id, long at, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> meta)
        {
            bytes += payload.Length + meta.Length + RowOverhead;
            hasRoom = page.Count == 0 || bytes <= maxBytes;
            if (hasRoom)
            {
                page.Add(new Notification(channel.Name, channel.Head with { Offset = offset }, id, at, payload) { Meta = meta });
            }
        }
    }

    // Null when the epoch that was claimed has ended.
    private static long? Floor(SqliteConnection connection, SqlChannel channel)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT floor FROM channel WHERE id = $1 AND epoch = $2";
        command.Parameters.AddWithValue("$1", channel.Row);
        command.Parameters.AddWithValue("$2", channel.Head.Epoch);
        return command.ExecuteScalar() as long?;
    }

    private List<StoredChannel> List(SqliteConnection connection, string prefix, string? after, int limit)
    {
        var lasts = tail.Lasts();
        var start = Encoding.UTF8.GetBytes(prefix);
        using var command = connection.CreateCommand();

        // A range instead of a comparison of prefixes, because substr of an empty blob is NULL in SQLite.
        command.CommandText = """
            SELECT id, name, epoch, coalesce((SELECT max(offset) FROM notification WHERE channel = id), floor)
            FROM channel WHERE name >= $1 AND name < $2 AND ($3 IS NULL OR name > $3) ORDER BY name LIMIT $4
            """;
        command.Parameters.AddWithValue("$1", start);
        command.Parameters.AddWithValue("$2", NameRange.End(start));
        command.Parameters.AddWithValue("$3", after is null ? DBNull.Value : Encoding.UTF8.GetBytes(after));
        command.Parameters.AddWithValue("$4", limit);
        var channels = new List<StoredChannel>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var last = Math.Max(rows.GetInt64(3), lasts.GetValueOrDefault(rows.GetInt64(0)));
            channels.Add(new StoredChannel(Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(1)), new Position(rows.GetString(2), last)));
        }

        return channels;
    }

    private static List<Revocation> ReadRevocations(SqliteConnection connection, long changed, int limit)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT kind, name, before, until, changed FROM revocation WHERE changed > $1 ORDER BY changed LIMIT $2";
        command.Parameters.AddWithValue("$1", changed);
        command.Parameters.AddWithValue("$2", limit);
        var revocations = new List<Revocation>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            revocations.Add(new Revocation(
                (RevocationKind)rows.GetInt32(0),
                Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(1)),
                rows.GetInt64(2),
                rows.GetInt64(3),
                rows.GetInt64(4)));
        }

        return revocations;
    }

    // SQLite reads synchronously, so the read runs on a thread of the pool and not on the caller's.
    private async Task<T> InTurnAsync<T>(Func<SqliteConnection, T> read)
        where T : class
    {
        await _turn.WaitAsync();
        try
        {
            return await Task.Run(() => read(_connection ??= SqliteFile.Connect(path, isReader: true, busyTimeout)));
        }
        catch (SqliteException exception)
        {
            throw new BackendException(exception.Message, exception) { IsDamage = SqliteFailure.IsDamage(exception) };
        }
        finally
        {
            _turn.Release();
        }
    }
}
