using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Stores the marks of many inboxes at once. Successive changes of one inbox are one write.</summary>
internal sealed class PostgresInboxes
{
    /// <summary>
    /// Selects the marks of channels that were claimed. A statement of its own, so that it sees everything that was committed before the
    /// heads were locked.
    /// </summary>
    public const string Select = """
        SELECT i.channel, i.revision, i.state FROM notify.inbox i JOIN notify.channel c ON c.id = i.channel WHERE c.name = ANY($1)
        """;

    // The fence. The heads are locked by an earlier statement of the transaction, so no claim comes between the comparison and the commit.
    private const string Change = """
        WITH fenced AS (
          SELECT a.* FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY AS a (id, owner, last, before, revision, state, number)
          JOIN notify.channel c ON c.id = a.id LEFT JOIN notify.inbox i ON i.channel = a.id
          WHERE c.owner = a.owner AND c.last >= a.last AND coalesce(i.revision, 0) = a.before
        ), saved AS (
          INSERT INTO notify.inbox AS i (channel, revision, state) SELECT id, revision, state FROM fenced
          ON CONFLICT (channel) DO UPDATE SET revision = EXCLUDED.revision, state = EXCLUDED.state
          RETURNING i.channel
        ), named AS (
          UPDATE notify.channel c SET kind = 1 FROM saved WHERE c.id = saved.channel AND c.kind <> 1
        )
        SELECT fenced.number FROM fenced JOIN saved ON saved.channel = fenced.id
        """;

    private readonly List<Run> _runs = [];

    public PostgresInboxes(IEnumerable<StoreRequest.SaveInbox> changes)
    {
        var runs = new Dictionary<SqlChannel, Run>(ReferenceEqualityComparer.Instance);
        foreach (var change in changes)
        {
            if (!runs.TryGetValue(change.Channel, out var run))
            {
                runs.Add(change.Channel, run = new Run());
                _runs.Add(run);
            }

            run.Changes.Add(change);
        }
    }

    public bool AreEmpty => _runs.Count == 0;

    /// <summary>Gets the head rows that must be locked first.</summary>
    public IEnumerable<long> Rows => _runs.Select(run => run.Last.Channel.Row);

    /// <summary>Returns the command that stores the changes. It selects the runs that were stored.</summary>
    public NpgsqlBatchCommand Command() => new NpgsqlBatchCommand(Change)
        .With(_runs.Select(run => run.Last.Channel.Row).ToArray())
        .With(_runs.Select(run => run.Last.Channel.Owner).ToArray())
        .With(_runs.Select(run => run.Last.Last).ToArray())
        .With(_runs.Select(run => run.Changes[0].Inbox.Revision - 1).ToArray())
        .With(_runs.Select(run => run.Last.Inbox.Revision).ToArray())
        .With(_runs.Select(run => run.Last.Inbox.State).ToArray());

    /// <summary>Reads which changes were stored.</summary>
    public void Read(NpgsqlDataReader rows)
    {
        while (rows.Read())
        {
            _runs[(int)rows.GetInt64(0) - 1].IsStored = true;
        }
    }

    /// <summary>Adds the results of all changes.</summary>
    public void AddTo(StoreResults results)
    {
        foreach (var run in _runs)
        {
            run.Changes.ForEach(change => results.Add(change, run.IsStored));
        }
    }

    private sealed class Run
    {
        public List<StoreRequest.SaveInbox> Changes { get; } = new(1);

        public StoreRequest.SaveInbox Last => Changes[^1];

        /// <summary>Gets or sets whether the run was stored; counts once the transaction is committed.</summary>
        public bool IsStored { get; set; }
    }
}
