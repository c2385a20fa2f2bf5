using System.Text;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.History;
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
          SELECT a.* FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY AS a (id, owner, last, before, revision, state, kind, number)
          JOIN notify.channel c ON c.id = a.id LEFT JOIN notify.inbox i ON i.channel = a.id
          WHERE c.owner = a.owner AND c.last >= a.last AND coalesce(i.revision, 0) = a.before
        ), saved AS (
          INSERT INTO notify.inbox AS i (channel, revision, state) SELECT id, revision, state FROM fenced
          ON CONFLICT (channel) DO UPDATE SET revision = EXCLUDED.revision, state = EXCLUDED.state
          RETURNING i.channel
        ), named AS (
          UPDATE notify.channel c SET kind = f.kind FROM saved JOIN fenced f ON f.id = saved.channel
          WHERE c.id = saved.channel AND c.kind <> f.kind
        )
        SELECT fenced.number FROM fenced JOIN saved ON saved.channel = fenced.id
        """;

    // Heads and marks of one snapshot: a version that an owner has answered, or one that it is about to answer.
    private const string Peek = """
        SELECT c.name, c.id, c.epoch, c.last, c.floor, c.kind, i.revision, i.state
        FROM notify.channel c LEFT JOIN notify.inbox i ON i.channel = c.id WHERE c.name = ANY($1)
        """;

    // Overwrites recalled content, if the marks are stored: then the head has the same owner, and the marks have this revision.
    private const string RecallContent = """
        WITH old AS MATERIALIZED (
          SELECT n.channel, n."offset", octet_length(n.payload) + coalesce(octet_length(n.meta), 0) AS bytes
          FROM unnest($1, $2, $3, $4) AS a (id, owner, revision, "offset")
          JOIN notify.channel c ON c.id = a.id AND c.owner = a.owner
          JOIN notify.inbox i ON i.channel = a.id AND i.revision = a.revision
          JOIN notify.notification n ON n.channel = a.id AND n."offset" = a."offset"
        ), overwritten AS (
          UPDATE notify.notification n SET payload = $5, meta = NULL FROM old WHERE n.channel = old.channel AND n."offset" = old."offset"
        )
        UPDATE notify.channel c SET bytes = c.bytes - freed.bytes
        FROM (SELECT channel, sum(bytes - octet_length($5)) AS bytes FROM old GROUP BY channel) freed WHERE c.id = freed.channel
        """;

    private readonly List<StoreRequest.SaveInbox> _refused = [];
    private readonly ChannelOptions _channels;
    private readonly Dictionary<SqlChannel, Run> _runs = new(ReferenceEqualityComparer.Instance);

    /// <param name="batch">The batch. Publishes and marks change the marks of an inbox in the order of the requests.</param>
    /// <param name="channels">The kinds of channels.</param>
    public PostgresInboxes(IEnumerable<StoreRequest> batch, ChannelOptions channels)
    {
        _channels = channels;
        var appended = new Dictionary<SqlChannel, long>(ReferenceEqualityComparer.Instance);
        foreach (var request in batch)
        {
            switch (request)
            {
                case StoreRequest.Append append:
                    appended[append.Channel] = append.Notification.Offset;
                    if (append.Inbox is { } inbox)
                    {
                        RunOf(append.Channel).Add(inbox, append.Notification.Offset);
                    }

                    break;
                case StoreRequest.SaveInbox save when save.Last > appended.GetValueOrDefault(save.Channel, long.MaxValue):
                    // It cannot be stored. The publishes before it can, so it must not be part of their run.
                    _refused.Add(save);
                    break;
                case StoreRequest.SaveInbox save:
                    var run = RunOf(save.Channel);
                    run.Add(save.Inbox, save.Last);
                    run.Saves.Add(save);
                    break;
            }
        }
    }

    /// <summary>Reads channels without claiming them.</summary>
    public static async Task<IReadOnlyList<ClaimedChannel?>> PeekAsync(NpgsqlConnection connection, IReadOnlyList<string> channels)
    {
        var found = new Dictionary<string, ClaimedChannel>(channels.Count, StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(Peek, connection);
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. channels.Select(Encoding.UTF8.GetBytes)] });
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            var name = Encoding.UTF8.GetString(rows.GetFieldValue<byte[]>(0));
            var head = new Position(rows.GetString(2), rows.GetInt64(3));
            found[name] = new SqlChannel(name, rows.GetInt64(1), SqlChannel.Nobody, head, [])
            {
                Floor = rows.GetInt64(4),
                Kind = (ChannelKind)rows.GetInt16(5),
                Inbox = rows.IsDBNull(6) ? null : new StoredInbox(rows.GetInt64(6), rows.GetFieldValue<byte[]>(7)),
            };
        }

        return [.. channels.Select(found.GetValueOrDefault)];
    }

    public bool AreEmpty => _runs.Count == 0;

    /// <summary>Gets whether content is overwritten.</summary>
    public bool AreRecalling => _runs.Values.Any(static run => run.Recalled.Any());

    /// <summary>Gets the head rows that must be locked first.</summary>
    public IEnumerable<long> Rows => _runs.Keys.Select(static channel => channel.Row);

    /// <summary>Returns the revision that the marks of a channel have before the batch.</summary>
    public long RevisionBefore(SqlChannel channel) => _runs[channel].Before;

    /// <summary>Returns whether the changes of a channel were stored.</summary>
    public bool IsStored(SqlChannel channel) => _runs[channel].IsStored;

    /// <summary>Returns the command that stores the changes. It selects the runs that were stored.</summary>
    public NpgsqlBatchCommand Command() => new NpgsqlBatchCommand(Change)
        .With(_runs.Keys.Select(static channel => channel.Row).ToArray())
        .With(_runs.Keys.Select(static channel => channel.Owner).ToArray())
        .With(_runs.Values.Select(static run => run.Last).ToArray())
        .With(_runs.Values.Select(static run => run.Before).ToArray())
        .With(_runs.Values.Select(static run => run.Newest.Revision).ToArray())
        .With(_runs.Values.Select(static run => run.Newest.State).ToArray())
        .With(_runs.Keys.Select(channel => (short)channel.KindWithMarks(_channels)).ToArray());

    /// <summary>Returns the command that overwrites recalled content.</summary>
    public NpgsqlBatchCommand RecallCommand()
    {
        var recalled = _runs
            .SelectMany(static run => run.Value.Recalled.Distinct().Select(offset => (run.Key, run.Value.Newest.Revision, Offset: offset)))
            .ToArray();
        return new NpgsqlBatchCommand(RecallContent)
            .With(recalled.Select(static each => each.Key.Row).ToArray())
            .With(recalled.Select(static each => each.Key.Owner).ToArray())
            .With(recalled.Select(static each => each.Revision).ToArray())
            .With(recalled.Select(static each => each.Offset).ToArray())
            .With(Notification.RemovedContent);
    }

    /// <summary>Reads which changes were stored.</summary>
    public void Read(NpgsqlDataReader rows)
    {
        var runs = _runs.Values.ToList();
        while (rows.Read())
        {
            runs[(int)rows.GetInt64(0) - 1].IsStored = true;
        }
    }

    /// <summary>Adds the results of the changes without a publish.</summary>
    public void AddTo(StoreResults results)
    {
        foreach (var run in _runs.Values)
        {
            run.Saves.ForEach(save => results.Add(save, run.IsStored));
        }

        _refused.ForEach(save => results.Add(save, isStored: false));
    }

    private Run RunOf(SqlChannel channel)
    {
        if (!_runs.TryGetValue(channel, out var run))
        {
            _runs.Add(channel, run = new Run());
        }

        return run;
    }

    private sealed class Run
    {
        private StoredInbox? _newest;

        public long Before { get; private set; }

        public long Last { get; private set; }

        public StoredInbox Newest => _newest!;

        public List<StoreRequest.SaveInbox> Saves { get; } = new(1);

        public IEnumerable<long> Recalled => Saves.SelectMany(static save => save.Recalled);

        /// <summary>Gets or sets whether the run was stored; counts once the transaction is committed.</summary>
        public bool IsStored { get; set; }

        public void Add(StoredInbox inbox, long last)
        {
            Before = _newest is null ? inbox.Revision - 1 : Before;
            (_newest, Last) = (inbox, last);
        }
    }
}
