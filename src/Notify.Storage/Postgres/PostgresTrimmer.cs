using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Removes notifications that exceed the history size, the time to live or the disk limit. It removes only prefixes of channels, a little
/// at a time, so that no publish waits long. Nodes do not wait for each other here: a head that another node has locked is left to that
/// node or to a later turn. Belongs to the writer's thread.
/// </summary>
internal sealed class PostgresTrimmer(
    PostgresWriteConnection session, OwnedChannels claimed, ChannelOptions channels, StoreOptions options, PostgresClock clock)
{
    private const int ChannelsPerTurn = 200;
    private const int RowsPerTurn = 2_000;
    private const int HeadsPerLook = 1_000;

    // The locked heads are passed on in session settings within the transaction, so that it takes one round trip. A node that froze between
    // two round trips would hold its locks until it continued.
    private const string LockDue = """
        WITH head AS MATERIALIZED (SELECT id, last, floor, kind FROM notify.channel WHERE id = ANY($1) FOR UPDATE SKIP LOCKED)
        SELECT set_config('notify.due', coalesce(json_agg(json_build_array(id, last, floor, kind)), '[]')::text, true) FROM head
        """;

    // When the disk is full, the oldest twentieth of the history's time span is removed, then the next, until the rest fits. A burst of
    // publishes may lie within that twentieth as a whole, so a step has no more rows than the excess, at the average size of a row.
    private const string LockOld = """
        WITH pressure AS MATERIALIZED (SELECT excess FROM notify.space WHERE excess > 0 FOR UPDATE SKIP LOCKED),
        pressed AS MATERIALIZED (
          SELECT greatest(min(oldest_at), min(oldest_at) + (now() - min(oldest_at)) * 0.05) AS at
          FROM notify.channel WHERE EXISTS (SELECT FROM pressure)
        ), cut AS MATERIALIZED (
          SELECT greatest(least(now(), $3) - $1, at) AS plain, greatest(least(now(), $3) - $4, at) AS inbox FROM pressed
        ), plain AS MATERIALIZED (
          SELECT id, last, floor, kind, bytes FROM notify.channel
          WHERE kind = 0 AND oldest_at <= (SELECT plain FROM cut) ORDER BY oldest_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), inbox AS MATERIALIZED (
          SELECT id, last, floor, kind, bytes FROM notify.channel
          WHERE kind = 1 AND oldest_at <= (SELECT inbox FROM cut) ORDER BY oldest_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), announcement AS MATERIALIZED (
          SELECT id, last, floor, kind, bytes FROM notify.channel
          WHERE kind = 2 AND oldest_at <= (SELECT inbox FROM cut) ORDER BY oldest_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), head AS MATERIALIZED (
          SELECT * FROM plain UNION ALL SELECT * FROM inbox UNION ALL SELECT * FROM announcement
        )
        SELECT greatest((SELECT count(*) FROM plain), (SELECT count(*) FROM inbox), (SELECT count(*) FROM announcement)),
          (SELECT EXISTS (SELECT FROM pressure)), now(),
          set_config('notify.old', coalesce(json_agg(json_build_array(id, last, floor, kind)), '[]')::text, true),
          set_config('notify.cut', (SELECT CASE WHEN count(head.id) > 0 THEN plain ELSE '-infinity' END FROM cut)::text, true),
          set_config('notify.cut_inbox', (SELECT CASE WHEN count(head.id) > 0 THEN inbox ELSE '-infinity' END FROM cut)::text, true),
          set_config('notify.pressed', (SELECT EXISTS (SELECT FROM pressure) AND count(head.id) > 0)::text, true),
          set_config(
            'notify.rows',
            least($5, (SELECT greatest(1, ceil(excess * sum(last - floor) / nullif(sum(bytes), 0))) FROM pressure))::text,
            true)
        FROM head
        """;

    private const string ForgetHeads = """
        WITH forgotten AS (
          DELETE FROM notify.channel WHERE id = ANY (ARRAY(
            SELECT id FROM notify.channel
            WHERE kind = 0 AND oldest_at IS NULL AND alive_at < least(now(), $3) - $1
            ORDER BY alive_at LIMIT $2 FOR UPDATE SKIP LOCKED) || ARRAY(
            SELECT id FROM notify.channel
            WHERE kind = 1 AND oldest_at IS NULL AND alive_at < least(now(), $3) - $4
            ORDER BY alive_at LIMIT $2 FOR UPDATE SKIP LOCKED) || ARRAY(
            SELECT id FROM notify.channel
            WHERE kind = 2 AND oldest_at IS NULL AND alive_at < least(now(), $3) - $4
            ORDER BY alive_at LIMIT $2 FOR UPDATE SKIP LOCKED))
          RETURNING id
        )
        DELETE FROM notify.inbox WHERE channel IN (SELECT id FROM forgotten)
        """;

    private const string ForgetKeys = """
        DELETE FROM notify.send_key WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM notify.send_key WHERE kept_at <= least(now(), $3) - $1 ORDER BY kept_at LIMIT $2 FOR UPDATE SKIP LOCKED))
        """;

    // A channel that is owned by a node is remembered however long it is inactive. The other nodes' trims see this only in its row.
    private const string KeepAlive = """
        UPDATE notify.channel SET alive_at = now() WHERE id = ANY (ARRAY(
          SELECT id FROM notify.channel WHERE id = ANY($1) AND alive_at < now() - $2 FOR UPDATE SKIP LOCKED))
        """;

    private const string Look = "SELECT id, last - floor FROM notify.channel WHERE id > $1 ORDER BY id LIMIT $2";

    // Removes by order: an older notification goes first, even if a fast clock gave it a later time stamp.
    // This is a separate statement, so that its snapshot begins after the heads were locked and contains every row that they count.
    private const string Trim = """
        WITH locked AS MATERIALIZED (
          SELECT (value ->> 0)::bigint AS id, (value ->> 1)::bigint AS last, (value ->> 2)::bigint AS floor, (value ->> 3)::int AS kind
          FROM json_array_elements(current_setting('notify.due')::json)
          UNION
          SELECT (value ->> 0)::bigint, (value ->> 1)::bigint, (value ->> 2)::bigint, (value ->> 3)::int
          FROM json_array_elements(current_setting('notify.old')::json)
        ), head AS MATERIALIZED (
          SELECT id, last, floor, least(last, floor + current_setting('notify.rows')::bigint) AS reach,
            CASE kind WHEN 0 THEN $1 ELSE $5 END AS size,
            current_setting(CASE kind WHEN 0 THEN 'notify.cut' ELSE 'notify.cut_inbox' END)::timestamptz AS cut
          FROM locked
        ), wanted AS MATERIALIZED (
          SELECT h.id, h.floor, h.reach, h.last, greatest(h.floor, old.upto, least(h.last - h.size, settled.upto)) AS upto
          FROM head h
          CROSS JOIN LATERAL (SELECT coalesce((
            SELECT n."offset" FROM notify.notification n
            WHERE n.channel = h.id AND n."offset" > h.floor AND n."offset" <= h.reach
              AND n.kept_at <= h.cut
            ORDER BY n."offset" DESC LIMIT 1), h.floor) AS upto) old
          CROSS JOIN LATERAL (SELECT coalesce((
            SELECT n."offset" FROM notify.notification n
            WHERE n.channel = h.id AND n."offset" > h.floor AND n."offset" <= h.reach AND n.kept_at <= greatest(now(), $4) - $2
            ORDER BY n."offset" DESC LIMIT 1), h.floor) AS upto) settled
        ), summed AS MATERIALIZED (
          SELECT *, current_setting('notify.rows')::bigint - sum(upto - floor) OVER (ORDER BY id) + (upto - floor) AS room FROM wanted
        ), taken AS MATERIALIZED (
          SELECT *, greatest(0, least(upto - floor, room))::bigint AS rows FROM summed
        ), chosen AS MATERIALIZED (
          SELECT id, floor, floor + rows AS upto FROM taken WHERE rows > 0
        ), gone AS (
          DELETE FROM notify.notification n USING chosen c WHERE n.channel = c.id AND n."offset" <= c.upto
          RETURNING n.channel, octet_length(n.payload) + coalesce(octet_length(n.meta), 0) + $3 AS bytes
        ), freed AS MATERIALIZED (
          SELECT channel, sum(bytes) AS bytes FROM gone GROUP BY channel
        ), raised AS (
          UPDATE notify.channel c SET
            floor = chosen.upto,
            bytes = c.bytes - coalesce((SELECT freed.bytes FROM freed WHERE freed.channel = c.id), 0),
            oldest_at = (SELECT n.kept_at FROM notify.notification n WHERE n.channel = c.id AND n."offset" = chosen.upto + 1)
          FROM chosen WHERE c.id = chosen.id
        ), relieved AS (
          UPDATE notify.space SET excess = greatest(0, excess - coalesce((SELECT sum(bytes) FROM freed), 0))
          WHERE current_setting('notify.pressed')::boolean
        )
        SELECT id, rows, floor + rows < upto OR (upto = reach AND reach < last) FROM taken
        """;

    private readonly TrimQueue _due = new(channels, options);
    private readonly Queue<long> _alive = new();
    private long _keepAliveAt = Next(options);
    private long _cursor;

    /// <summary>Counts a notification that was stored.</summary>
    public void Note(long row) => _due.Note(row);

    /// <summary>Counts the notifications of a channel that was claimed.</summary>
    public void Note(long row, long kept)
    {
        if (kept > channels.HistorySize)
        {
            _due.Add(row);
        }
    }

    /// <summary>Runs one turn; see <see cref="IStoreBackend.Trim"/>.</summary>
    public bool Turn()
    {
        var due = new HashSet<long>();
        while (due.Count < ChannelsPerTurn && _due.TryDequeue(out var row))
        {
            due.Add(row);
        }

        var isPressed = false;
        var old = 0L;
        var unfinished = new HashSet<long>();
        var gone = 0L;
        var isLooking = _cursor < long.MaxValue;
        session.Transact(
            Commands(due, isLooking),
            rows =>
            {
                rows.NextResult();
                rows.Read();
                (old, isPressed) = (rows.GetInt64(0), rows.GetBoolean(1));
                clock.Read(rows.GetDateTime(2));
                rows.NextResult();
                if (isLooking)
                {
                    See(rows);
                    rows.NextResult();
                }

                while (rows.Read())
                {
                    gone += rows.GetInt64(1);
                    var cause = isPressed ? "size" : due.Contains(rows.GetInt64(0)) ? "count" : "age";
                    options.Metrics?.Trimmed(cause, rows.GetInt64(1));
                    if (rows.GetBoolean(2))
                    {
                        unfinished.Add(rows.GetInt64(0));
                    }
                }
            });

        foreach (var row in due.Where(row => unfinished.Contains(row)))
        {
            _due.AddAgain(row);
        }

        return old == ChannelsPerTurn || due.Count == ChannelsPerTurn || unfinished.Count > 0 || (isPressed && gone > 0);
    }

    private static long Next(StoreOptions options) => options.Time.GetMilliseconds() + (long)(options.Afterlife / 8).TotalMilliseconds;

    private IEnumerable<NpgsqlBatchCommand> Commands(HashSet<long> due, bool isLooking)
    {
        yield return new NpgsqlBatchCommand(LockDue).With(due.ToArray());
        yield return new NpgsqlBatchCommand(LockOld)
            .With(channels.HistoryTtl)
            .With(ChannelsPerTurn)
            .With(clock.Latest)
            .With(channels.InboxTtl)
            .With((long)RowsPerTurn);
        yield return new NpgsqlBatchCommand(ForgetHeads)
            .With(options.MemoryOf(channels, ChannelKind.Plain))
            .With(RowsPerTurn)
            .With(clock.Latest)
            .With(options.MemoryOf(channels, ChannelKind.Inbox));
        yield return new NpgsqlBatchCommand(ForgetKeys).With(IdempotencyKey.Lifetime).With(RowsPerTurn).With(clock.Latest);
        if (NextAlive() is { Length: > 0 } alive)
        {
            yield return new NpgsqlBatchCommand(KeepAlive).With(alive).With(options.AliveGrain);
        }

        // Once after the start, because NOTIFY_HISTORY_SIZE may have been lowered.
        if (isLooking)
        {
            yield return new NpgsqlBatchCommand(Look).With(_cursor).With(HeadsPerLook);
        }

        yield return new NpgsqlBatchCommand(Trim)
            .With((long)channels.HistorySize)
            .With(options.Grace)
            .With((long)PostgresAppends.RowOverhead)
            .With(clock.Earliest)
            .With((long)channels.InboxSize);
    }

    private long[] NextAlive()
    {
        if (_alive.Count == 0 && options.Time.GetMilliseconds() >= _keepAliveAt)
        {
            _keepAliveAt = Next(options);
            foreach (var row in claimed.All)
            {
                _alive.Enqueue(row);
            }
        }

        var rows = new long[Math.Min(_alive.Count, HeadsPerLook)];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = _alive.Dequeue();
        }

        return rows;
    }

    private void See(NpgsqlDataReader rows)
    {
        var count = 0;
        for (; rows.Read(); count++)
        {
            _cursor = rows.GetInt64(0);
            Note(_cursor, rows.GetInt64(1));
        }

        if (count < HeadsPerLook)
        {
            _cursor = long.MaxValue;
        }
    }
}
