using System.Text;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Stores notifications of many channels at once. Successive appends to one channel move its head once.</summary>
internal sealed class PostgresAppends
{
    // The estimated size of a row beside its payload: its header, its other columns and its index entry.
    public const int RowOverhead = 160;

    // This is the fence. A former owner cannot move a head, even before the new owner writes, and only notifications after a moved head are
    // stored. A run that changes marks is stored only if they have the revision before: then PostgresInboxes stores them too.
    private const string Keep = """
        WITH moved AS (
          UPDATE notify.channel c SET
            last = c.last + run.count,
            bytes = c.bytes + run.bytes,
            oldest_at = coalesce(c.oldest_at, greatest(statement_timestamp(), $20)),
            alive_at = CASE WHEN c.alive_at < statement_timestamp() - $6 THEN statement_timestamp() ELSE c.alive_at END
          FROM unnest($1, $2, $3, $4, $5, $22) WITH ORDINALITY AS run (id, owner, before, count, bytes, revision, number)
          WHERE c.id = run.id AND c.owner = run.owner AND c.last = run.before
            AND (run.revision IS NULL
              OR run.revision = coalesce((SELECT i.revision FROM notify.inbox i WHERE i.channel = run.id), 0))
          RETURNING c.id, run.number
        ), kept AS (
          INSERT INTO notify.notification (channel, "offset", request, occurrence, at, kept_at, payload, meta)
          SELECT moved.id, n."offset", n.request, n.occurrence, n.at, greatest(statement_timestamp(), $20), n.payload, n.meta
          FROM unnest($7, $8, $9, $10, $11, $12, $21) AS n (run, "offset", request, occurrence, at, payload, meta)
          JOIN moved ON moved.number = n.run
        ), keyed AS (
          INSERT INTO notify.send_key (channel, key, key_occurrence, request, occurrence, epoch, "offset", kept_at)
          SELECT DISTINCT ON (moved.id, k.key, k.key_occurrence)
            moved.id, k.key, k.key_occurrence, k.request, k.occurrence, k.epoch, k."offset", greatest(statement_timestamp(), $20)
                       FROM unnest($13, $14, $15, $16, $17, $18, $19) AS k (run, key, key_occurrence, request, occurrence, epoch, "offset")
                       JOIN moved ON moved.number = k.run
          ORDER BY moved.id, k.key, k.key_occurrence, k."offset" DESC
          ON CONFLICT (channel, key, key_occurrence) DO UPDATE SET
            request = EXCLUDED.request, occurrence = EXCLUDED.occurrence, epoch = EXCLUDED.epoch, "offset" = EXCLUDED."offset",
            kept_at = EXCLUDED.kept_at
        )
        SELECT number FROM moved
        """;

    private readonly PostgresInboxes _inboxes;
    private readonly List<Run> _runs = [];
    private readonly List<Run> _broken = [];

    /// <param name="appends">The requests.</param>
    /// <param name="inboxes">The changes of marks in the same batch.</param>
    public PostgresAppends(IEnumerable<StoreRequest.Append> appends, PostgresInboxes inboxes)
    {
        _inboxes = inboxes;

        var runs = new Dictionary<SqlChannel, Run>(ReferenceEqualityComparer.Instance);
        foreach (var append in appends)
        {
            if (!runs.TryGetValue(append.Channel, out var run))
            {
                runs.Add(append.Channel, run = new Run(append.Channel, append.Notification.Offset - 1));
                _runs.Add(run);
            }

            run.Add(append);
        }

        // A run with a gap is not stored.
        _broken.AddRange(_runs.Where(static run => run.HasGap));
        _runs.RemoveAll(static run => run.HasGap);
    }

    public bool AreEmpty => _runs.Count == 0;

    /// <summary>Gets the head rows that must be locked first.</summary>
    public IEnumerable<long> Rows => _runs.Select(run => run.Channel.Row);

    /// <summary>Gets the last append that was stored; null when there is none.</summary>
    public StoreRequest.Append? NewestKept => _runs.FindLast(static run => run.IsStored)?.Appends[^1];

    /// <summary>Returns the command that stores the notifications. It selects the runs that were stored.</summary>
    /// <param name="options">The limits of the history.</param>
    /// <param name="notBefore">The lower bound of the time stamps.</param>
    public NpgsqlBatchCommand Command(StoreOptions options, DateTime notBefore)
    {
        var rows = _runs
            .SelectMany((run, index) => run.Appends.Select(append => (Run: (long)index + 1, append.Notification, append.Key)))
            .ToArray();
        var keyed = rows.Where(row => row.Key is not null).Select(row => (row.Run, row.Notification, Key: row.Key!.Value)).ToArray();
        return new NpgsqlBatchCommand(Keep)
            .With(_runs.Select(run => run.Channel.Row).ToArray())
            .With(_runs.Select(run => run.Channel.Owner).ToArray())
            .With(_runs.Select(run => run.Before).ToArray())
            .With(_runs.Select(run => (long)run.Appends.Count).ToArray())
            .With(_runs.Select(run => run.Bytes).ToArray())
            .With(options.AliveGrain)
            .With(rows.Select(row => row.Run).ToArray())
            .With(rows.Select(row => row.Notification.Offset).ToArray())
            .With(rows.Select(row => row.Notification.Id.Request).ToArray())
            .With(rows.Select(row => row.Notification.Id.Occurrence).ToArray())
            .With(rows.Select(row => row.Notification.At).ToArray())
            .With(rows.Select(row => row.Notification.Payload).ToArray())
            .With(keyed.Select(row => row.Run).ToArray())
            .With(keyed.Select(row => Encoding.UTF8.GetBytes(row.Key.Key)).ToArray())
            .With(keyed.Select(row => row.Key.Occurrence).ToArray())
            .With(keyed.Select(row => row.Notification.Id.Request).ToArray())
            .With(keyed.Select(row => row.Notification.Id.Occurrence).ToArray())
            .With(keyed.Select(row => row.Notification.Position.Epoch).ToArray())
            .With(keyed.Select(row => row.Notification.Offset).ToArray())
            .With(notBefore)
            .With(rows.Select(row => row.Notification.Meta is { IsEmpty: false } meta ? meta.ToArray() : null).ToArray())
            .With(_runs.Select(RevisionBefore).ToArray());
    }

    /// <summary>Reads which runs were stored.</summary>
    public void Read(NpgsqlDataReader rows)
    {
        while (rows.Read())
        {
            _runs[(int)rows.GetInt64(0) - 1].IsStored = true;
        }
    }

    /// <summary>Adds the results of all appends.</summary>
    public void AddTo(StoreResults results)
    {
        foreach (var run in _runs.Concat(_broken))
        {
            run.Appends.ForEach(append => results.Add(append, run.IsStored && (append.Inbox is null || _inboxes.IsStored(append.Channel))));
        }
    }

    private long? RevisionBefore(Run run) => run.Appends.Exists(static append => append.Inbox is not null)
        ? _inboxes.RevisionBefore(run.Channel)
        : null;

    private sealed class Run(SqlChannel channel, long before)
    {
        public SqlChannel Channel { get; } = channel;

        public long Before { get; } = before;

        public List<StoreRequest.Append> Appends { get; } = new(1);

        public long Bytes { get; private set; }

        public bool HasGap => Appends[^1].Notification.Offset != Before + Appends.Count;

        /// <summary>Gets or sets whether the run was stored; counts once the transaction is committed.</summary>
        public bool IsStored { get; set; }

        public void Add(StoreRequest.Append append)
        {
            Appends.Add(append);
            Bytes += append.Notification.Size + RowOverhead;
        }
    }
}
