using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;

namespace Notify.Storage.Sqlite;

/// <summary>
/// Removes notifications that exceed the history size, the time to live or the disk limit. It removes only prefixes of channels, a little
/// at a time, so that no publish waits long. Belongs to the writer's thread.
/// </summary>
internal sealed class SqliteTrimmer : IDisposable
{
    private const int ChannelsPerTurn = 200;
    private const int RowsPerTurn = 2_000;
    private const double Warning = 0.8;
    private const string Heads =
        "SELECT id, coalesce((SELECT max(offset) FROM notification WHERE channel = id), floor), floor, last_at, kind FROM channel ";

    // The number of passes over all channels in the time to live of a notification, within bounds.
    private const int PassesPerTtl = 100;
    private static readonly TimeSpan ShortestPass = TimeSpan.FromSeconds(1);

    // While the disk is full, the maximum age shrinks by this factor at each pass over the channels.
    private const double PressureStep = 0.8;

    private readonly SqliteWriter _writer;
    private readonly TailCompactor _compactor;
    private readonly OwnedChannels _claimed;
    private readonly ChannelOptions _channels;
    private readonly StoreOptions _options;
    private readonly StoreClock _clock;
    private readonly SqliteStatement _heads;
    private readonly SqliteStatement _head;
    private readonly SqliteStatement _firstYounger;
    private readonly SqliteStatement _lastOld;
    private readonly SqliteStatement _delete;
    private readonly SqliteStatement _raise;
    private readonly SqliteStatement _forget;
    private readonly SqliteStatement _forgetKeys;
    private readonly SqliteStatement _youngMarks;
    private readonly SqliteStatement _forgetMarks;
    private readonly SqliteStatement _used;
    private readonly SqliteStatement _touch;
    private readonly TrimQueue _due;
    private readonly long _pageSize;
    private long _cursor;
    private long _passAt;
    private long _age;
    private readonly SizeWarnings _warnings;

    public SqliteTrimmer(
        SqliteConnection connection,
        SqliteWriter writer,
        TailCompactor compactor,
        OwnedChannels claimed,
        TrimQueue due,
        ChannelOptions channels,
        StoreOptions options,
        StoreClock clock,
        ILogger logger)
    {
        _writer = writer;
        _compactor = compactor;
        _claimed = claimed;
        _channels = channels;
        _options = options;
        _clock = clock;
        _warnings = new SizeWarnings(options.StoreMax, logger);
        _due = due;
        _age = (long)channels.LongestTtl.TotalMilliseconds;
        _pageSize = SqliteFile.Number(connection, "PRAGMA page_size");
        _heads = new SqliteStatement(connection, Heads + "WHERE id > ?1 ORDER BY id LIMIT ?2");
        _head = new SqliteStatement(connection, Heads + "WHERE id = ?1");
        _firstYounger = new SqliteStatement(
            connection,
            """
            SELECT offset, kept_at FROM notification
            WHERE channel = ?1 AND offset > ?2 AND offset <= ?3 AND kept_at > ?4 ORDER BY offset LIMIT 1
            """);
        _lastOld = new SqliteStatement(
            connection,
            """
            SELECT offset FROM notification
            WHERE channel = ?1 AND offset > ?2 AND offset <= ?3 AND kept_at <= ?4 ORDER BY offset DESC LIMIT 1
            """);
        _delete = new SqliteStatement(connection, "DELETE FROM notification WHERE channel = ?1 AND offset <= ?2");
        _raise = new SqliteStatement(
            connection,
            """
            UPDATE channel SET
              floor = ?2,
              last_at = max(last_at, coalesce((SELECT kept_at FROM notification WHERE channel = ?1 AND offset = ?2), 0))
            WHERE id = ?1
            """);
        _forget = new SqliteStatement(connection, "DELETE FROM channel WHERE id = ?1");
        _youngMarks = new SqliteStatement(connection, "SELECT updated_at FROM inbox WHERE channel = ?1 AND updated_at >= ?2");
        _forgetMarks = new SqliteStatement(connection, "DELETE FROM inbox WHERE channel = ?1");
        _forgetKeys = new SqliteStatement(
            connection,
            """
            DELETE FROM send_key WHERE (channel, key, key_occurrence) IN (
              SELECT channel, key, key_occurrence FROM send_key WHERE kept_at <= ?1 ORDER BY kept_at LIMIT ?2)
            """);
        _used = new SqliteStatement(
            connection, "SELECT (SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)");
        _touch = new SqliteStatement(connection, "UPDATE channel SET floor = floor WHERE id = (SELECT min(id) FROM channel)");
    }

    // The size of the pages in use. SQLite reuses free pages first.
    private long Used => _used.Number()!.Value * _pageSize;

    /// <summary>Runs one turn; see <see cref="IStoreBackend.Trim"/>.</summary>
    public bool Trim()
    {
        var now = _clock.Read();
        var isMore = false;
        _writer.InTransaction(() => isMore = TrimBusy(now) | TrimNext(now) | TrimKeys(now.EarlyMilliseconds));
        return isMore;
    }

    /// <summary>Performs a write that changes nothing.</summary>
    public void Touch() => _touch.Run();

    public void Dispose()
    {
        SqliteStatement[] all =
            [_heads, _head, _firstYounger, _lastOld, _delete, _raise, _forget, _forgetKeys, _youngMarks, _forgetMarks, _used, _touch];
        foreach (var statement in all)
        {
            statement.Dispose();
        }
    }

    // Trims channels with recent publishes once their surplus is old enough.
    private bool TrimBusy(StoreTime now)
    {
        var left = RowsPerTurn;
        while (left > 0 && _due.TryDequeue(out var row))
        {
            if (_head.Bind(1, row).Read())
            {
                var head = Head.Of(_head);
                _head.Reset();
                left -= Trim(head, now);
            }
        }

        return left <= 0;
    }

    // Trims all channels in turn, by age and for the disk limit.
    private bool TrimNext(StoreTime now)
    {
        if (_cursor == 0 && _options.Time.GetMilliseconds() < _passAt && Used <= _options.StoreMax)
        {
            return false;
        }

        var heads = new List<Head>();
        _heads.Bind(1, _cursor).Bind(2, ChannelsPerTurn);
        while (_heads.Read())
        {
            heads.Add(Head.Of(_heads));
        }

        var left = RowsPerTurn;
        foreach (var head in heads)
        {
            if (left <= 0)
            {
                return true;
            }

            left -= Trim(head, now);
            _cursor = head.Row;
        }

        if (heads.Count == ChannelsPerTurn)
        {
            return true;
        }

        _cursor = 0;
        var isOver = Weigh();
        var pause = TimeSpan.FromTicks(
            Math.Min(
                Math.Max(Math.Min(_channels.HistoryTtl.Ticks, _channels.InboxTtl.Ticks) / PassesPerTtl, ShortestPass.Ticks),
                _options.LongestPass.Ticks));
        _passAt = _options.Time.GetMilliseconds() + (isOver ? 0 : (long)pause.TotalMilliseconds);
        return isOver;
    }

    // Checks after a pass over all channels whether the rest fits.
    private bool Weigh()
    {
        var ttl = (long)_channels.LongestTtl.TotalMilliseconds;
        var used = Used;
        if (_options.Metrics is { } metrics)
        {
            metrics.Size = used;
        }

        _warnings.Measured(used);
        if (used > _options.StoreMax)
        {
            _age = (long)(_age * PressureStep);
            return _age > 0;
        }

        if (used < _options.StoreMax * Warning)
        {
            // The maximum age grows back as slowly as it shrank.
            _age = Math.Min(ttl, (long)(Math.Max(_age, 1_000) / PressureStep));
        }

        return false;
    }

    /// <summary>Trims one channel and returns the number of removed rows.</summary>
    private int Trim(Head head, StoreTime now)
    {
        var ttl = (long)_channels.TtlOf(head.Kind).TotalMilliseconds;
        var size = _channels.SizeOf(head.Kind);
        var tooOld = OldUpTo(head, now.EarlyMilliseconds - Math.Min(ttl, _age), now);
        var floor = tooOld;
        if (head.Last - head.Floor > size)
        {
            // By the time that stamps new notifications: this is about the last minute, whatever the clock shows.
            var old = OldUpTo(head, now.LateMilliseconds - (long)_options.Grace.TotalMilliseconds, now);
            floor = Math.Max(floor, Math.Min(head.Last - size, old));
        }

        if (floor > head.Floor)
        {
            // The update reads the time stamp of the row at the floor, so it runs before that row is removed.
            _raise.Bind(1, head.Row).Bind(2, floor).Run();
            _delete.Bind(1, head.Row).Bind(2, floor).Run();
            _options.Metrics?.Trimmed(_age < ttl ? "size" : "age", tooOld - head.Floor);
            _options.Metrics?.Trimmed("count", floor - tooOld);
            return (int)(floor - head.Floor);
        }

        // The head outlives its notifications, so that a client's old position is recognized as old.
        var gone = now.EarlyMilliseconds - (long)_options.MemoryOf(_channels, head.Kind).TotalMilliseconds;
        if (head.Floor == head.Last && head.LastAt < gone && !_claimed.Contains(head.Row) && !_compactor.MayHave(head.Row)
            && (head.Kind == ChannelKind.Plain || _youngMarks.Bind(1, head.Row).Bind(2, gone).Number() is null))
        {
            _forget.Bind(1, head.Row).Run();
            _forgetMarks.Bind(1, head.Row).Run();
            return 1;
        }

        return 0;
    }

    // The end of the prefix that was stored at or before a time, as far as one turn reads. Order counts: an older notification goes first,
    // even if a fast clock gave it a later time stamp.
    private long OldUpTo(Head head, long storedAt, StoreTime now)
    {
        var end = Math.Min(head.Last, head.Floor + RowsPerTurn);
        if (!_firstYounger.Bind(1, head.Row).Bind(2, head.Floor).Bind(3, end).Bind(4, storedAt).Read())
        {
            return end;
        }

        var (younger, stamp) = (_firstYounger.GetInt64(0), _firstYounger.GetInt64(1));
        _firstYounger.Reset();
        return stamp <= now.EarlyMilliseconds
            ? younger - 1
            : _lastOld.Bind(1, head.Row).Bind(2, younger).Bind(3, end).Bind(4, storedAt).Number() ?? younger - 1;
    }

    private bool TrimKeys(long now) =>
        _forgetKeys.Bind(1, now - (long)IdempotencyKey.Lifetime.TotalMilliseconds).Bind(2, RowsPerTurn).Run() == RowsPerTurn;

    private readonly record struct Head(long Row, long Last, long Floor, long LastAt, ChannelKind Kind)
    {
        public static Head Of(SqliteStatement rows) =>
            new(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3), (ChannelKind)rows.GetInt64(4));
    }
}
