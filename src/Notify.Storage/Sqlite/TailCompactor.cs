using System.Buffers;
using Microsoft.Data.Sqlite;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Stores notifications in two steps. First all notifications of a commit become one row of the table <c>tail</c>, which costs one or two
/// page writes, however many channels they belong to. Later many of them are compacted at once, ordered by channel, into the table
/// <c>notification</c>, where one page takes several: a little with each commit, or when the writer is idle. Belongs to the writer's
/// thread.
/// </summary>
internal sealed class TailCompactor : IDisposable
{
    // The limit of rows that are compacted with one commit, so that no publish waits long; then the limit of a separate turn.
    private const int RowsPerCommit = 256;
    private const int RowsPerTurn = 2_000;

    private readonly SqliteTail _tail;
    private readonly StoreOptions _options;
    private readonly Action<long, int> _compacted;
    private readonly SqliteStatement _append;
    private readonly SqliteStatement _read;
    private readonly SqliteStatement _forget;
    private readonly SqliteStatement _floor;
    private readonly SqliteStatement _insert;
    private readonly ArrayBufferWriter<byte> _batch = new();
    private readonly List<(long Channel, int Rows)> _slice = [];
    private IReadOnlyList<TailRow> _appended = [];
    private Queue<long> _order = new();
    private long _lastBatch;
    private long _compactUpTo;
    private bool _hasLeftovers;
    private bool _isLastSlice;

    /// <param name="connection">The writer's connection.</param>
    /// <param name="tail">The rows of the tail in memory.</param>
    /// <param name="options">The limits of the tail.</param>
    /// <param name="compacted">Receives the number of compacted rows of each channel.</param>
    public TailCompactor(SqliteConnection connection, SqliteTail tail, StoreOptions options, Action<long, int> compacted)
    {
        _tail = tail;
        _options = options;
        _compacted = compacted;
        _append = new SqliteStatement(connection, "INSERT INTO tail (id, kept_at, sends) VALUES (?1, ?2, ?3)");
        _read = new SqliteStatement(connection, "SELECT id, kept_at, sends FROM tail ORDER BY id");
        _forget = new SqliteStatement(connection, "DELETE FROM tail WHERE id <= ?1");

        _floor = new SqliteStatement(connection, "SELECT floor FROM channel WHERE id = ?1");

        // Rows that were compacted before a crash exist already.
        _insert = new SqliteStatement(
            connection,
            """
            INSERT OR IGNORE INTO notification (channel, offset, request, occurrence, at, kept_at, payload, meta)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            """);
    }

    /// <summary>Gets whether a separate turn would have work to do.</summary>
    public bool IsDue => _hasLeftovers
        || _tail.IsCompacting
        || _tail.YoungRows >= _options.TailRows
        || _tail.YoungBytes >= _options.TailBytes
        || _tail.YoungAge >= _options.TailAge;

    /// <summary>Gets whether the tail has no rows, in memory or in the table.</summary>
    public bool IsEmpty => !_hasLeftovers && !_tail.IsCompacting && _tail.YoungRows == 0;

    /// <summary>
    /// Returns whether the table may contain rows of a channel. Compacted rows stay there until the last row of their generation is
    /// compacted, and rows that were trimmed before a crash stay until the next compaction.
    /// </summary>
    public bool MayHave(long channel) => _hasLeftovers || _tail.IsCompacting || _tail.Has(channel);

    /// <summary>Reads the rows that an earlier process left in the tail.</summary>
    /// <exception cref="InvalidDataException">The tail cannot be read.</exception>
    public void Begin()
    {
        var left = new List<TailRow>();
        while (_read.Read())
        {
            left.AddRange(TailBatch.Read(_read.GetBytes(2), _read.GetInt64(1)));
            _lastBatch = _read.GetInt64(0);
        }

        // A crash may have interrupted a compaction, and rows from its first step may have been trimmed since.
        var floors = left.Select(row => row.Channel)
            .Distinct()
            .ToDictionary(channel => channel, channel => _floor.Bind(1, channel).Number() ?? long.MaxValue);
        _tail.Add([.. left.Where(row => row.Offset > floors[row.Channel])]);
        _hasLeftovers = left.Count > 0;
    }

    /// <summary>Stores the notifications of a commit, and compacts some of the older ones when there are many.</summary>
    /// <param name="sent">The notifications of one commit.</param>
    /// <param name="storedAt">When they are stored, in Unix milliseconds.</param>
    public void Append(IReadOnlyList<TailRow> sent, long storedAt)
    {
        _batch.ResetWrittenCount();
        TailBatch.Write(sent, _batch);
        _append.Bind(1, _lastBatch + 1).Bind(2, storedAt).Bind(3, _batch.WrittenSpan).Run();
        _appended = sent;
        if (IsDue)
        {
            // More than this commit adds, so that the tail does not grow.
            Compact(Math.Max(RowsPerCommit, 2 * sent.Count));
        }
    }

    /// <summary>Compacts as many rows as one turn may.</summary>
    public void Turn() => Compact(RowsPerTurn);

    /// <summary>Applies the changes of the committed transaction.</summary>
    public void Commit()
    {
        if (_appended.Count > 0)
        {
            _tail.Add(_appended);
            _lastBatch++;
        }

        foreach (var (channel, rows) in _slice)
        {
            _compacted(channel, rows);
        }

        _tail.EndCompaction(_slice);
        while (_order.TryPeek(out var done) && !_tail.Compacting.ContainsKey(done))
        {
            _order.Dequeue();
        }

        _hasLeftovers &= !_isLastSlice;
        Discard();
    }

    /// <summary>Discards the changes of a transaction that was rolled back.</summary>
    public void Discard()
    {
        _appended = [];
        _slice.Clear();
        _isLastSlice = false;
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _append, _read, _forget, _floor, _insert })
        {
            statement.Dispose();
        }
    }

    private void Compact(int rows)
    {
        if (!_tail.IsCompacting)
        {
            _tail.BeginCompaction();
            _order = new Queue<long>(_tail.Compacting.Keys.Order());
            _compactUpTo = _lastBatch;
        }

        foreach (var channel in _order)
        {
            var mine = _tail.Compacting[channel];
            var taken = Math.Min(mine.Count, rows);
            for (var i = 0; i < taken; i++)
            {
                Insert(mine[i]);
            }

            _slice.Add((channel, taken));
            rows -= taken;
            if (taken < mine.Count)
            {
                return;
            }
        }

        _forget.Bind(1, _compactUpTo).Run();
        _isLastSlice = true;
    }

    private void Insert(TailRow row) => _insert
        .Bind(1, row.Channel)
        .Bind(2, row.Offset)
        .Bind(3, row.Id.Request)
        .Bind(4, row.Id.Occurrence)
        .Bind(5, row.At)
        .Bind(6, row.StoredAt)
        .Bind(7, row.Payload.Span)
        .BindOrNull(8, row.Meta.Span)
        .Run();
}
