using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.History;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>Writes batches: one round trip for all claims, one for all key lookups and appends. Belongs to the writer's thread.</summary>
internal sealed class PostgresWriter
{
    // Transactions lock shared rows in one order, so a deadlock only happens against other statements, such as an administrator's, and
    // rarely twice.
    private const int Attempts = 5;

    // Locks in the order of the names, as all transactions do, so that two nodes never deadlock.
    private const string Lock = "SELECT FROM notify.channel WHERE id = ANY($1) ORDER BY name FOR UPDATE";

    private readonly PostgresWriteConnection _session;
    private readonly StoreOptions _options;
    private readonly PostgresHistory _history;
    private static readonly long WarningPause = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private readonly PostgresClock _clock;
    private readonly PostgresClaims _claims;
    private readonly PostgresBusyChannels _busy;
    private readonly ChannelOptions _channels;
    private readonly string _name;
    private readonly ILogger _logger;
    private long _warnAt;

    public PostgresWriter(
        PostgresWriteConnection session,
        PostgresHistory history,
        ChannelOptions channels,
        StoreOptions options,
        PostgresClock clock,
        string name,
        ILogger logger)
    {
        _name = name;
        _logger = logger;
        _busy = new PostgresBusyChannels(session, options.Time);
        _session = session;
        _channels = channels;
        _options = options;
        _history = history;
        _claims = new PostgresClaims(session, channels, options, clock);
        _clock = clock;
    }

    /// <summary>Serves a batch; see <see cref="IStoreBackend.Write"/>.</summary>
    /// <returns>The results, and the claimed heads with their numbers of notifications.</returns>
    public (StoreResults Results, IReadOnlyList<(long Row, long Kept)> Heads) Write(IReadOnlyList<StoreRequest> batch)
    {
        var busy = _busy.StillBusy(batch);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return TryWrite(batch, busy);
            }
            catch (PostgresException exception) when (PostgresFailure.IsContention(exception) && attempt < Attempts)
            {
                // The server has rolled the transaction back, so it is retried.
            }
            catch (PostgresException exception) when (PostgresFailure.IsBlocked(exception) && attempt < Attempts)
            {
                busy = _busy.Find(batch);
            }
        }
    }

    /// <summary>Performs a write that changes nothing.</summary>
    public void Touch() => _session.Transact([new("UPDATE notify.space SET used = used")]);

    // Refuses only the requests for rows that another session has locked. All others continue.
    private IReadOnlyList<StoreRequest> RefuseBusy(IReadOnlyList<StoreRequest> batch, HashSet<string> busy, StoreResults results)
    {
        if (busy.Count == 0)
        {
            return batch;
        }

        var rest = batch.ToLookup(request => PostgresBusyChannels.ChannelOf(request) is { } name && busy.Contains(name));
        foreach (var refused in rest[true])
        {
            results.Refuse(refused, new HistoryStoreException("Another session of the database holds the channel."));
        }

        if (_options.Time.GetMilliseconds() >= _warnAt)
        {
            _warnAt = _options.Time.GetMilliseconds() + WarningPause;
            StoreLog.RowHeld(_logger, _name, busy.First(), busy.Count);
        }

        return [.. rest[false]];
    }

    private (StoreResults Results, IReadOnlyList<(long Row, long Kept)> Heads) TryWrite(
        IReadOnlyList<StoreRequest> batch, HashSet<string> busy)
    {
        var results = new StoreResults(batch.Count);
        batch = RefuseBusy(batch, busy, results);
        var renewals = batch.OfType<StoreRequest.Renew>().ToList();
        if (renewals.Count > 0)
        {
            _session.Transact(
                [new(PostgresEpochs.Patience), new(PostgresEpochs.Exclude), new(PostgresEpochs.Renew), new(PostgresEpochs.Identify)],
                timeout: PostgresEpochs.Limit,
                changesMark: true);
            renewals.ForEach(renew => results.Add(renew, true));
        }

        foreach (var lost in batch.OfType<StoreRequest.RenewLost>())
        {
            results.Add(lost, Renew(lost));
        }

        foreach (var revoke in batch.OfType<StoreRequest.Revoke>())
        {
            results.Add(revoke, PostgresRevocations.Save(_session, revoke));
        }

        foreach (var erase in batch.OfType<StoreRequest.Erase>())
        {
            results.Add(erase, Erase(erase.Channel));
        }

        // Claims have a transaction of their own. Together with the heads of appends, their locks would not be in one order.
        var claims = batch.OfType<StoreRequest.Claim>().ToList();
        var heads = claims.Count > 0 ? _claims.Serve(claims, results) : [];

        var finds = batch.OfType<StoreRequest.Find>().ToList();
        var inboxes = new PostgresInboxes(batch, _channels);
        var appends = new PostgresAppends(batch.OfType<StoreRequest.Append>(), inboxes);
        if (finds.Count > 0 || !appends.AreEmpty || !inboxes.AreEmpty)
        {
            Serve(finds, appends, inboxes, results);
        }

        appends.AddTo(results);
        inboxes.AddTo(results);
        return (results, heads);
    }

    private bool Erase(SqlChannel channel)
    {
        var isErased = false;
        _session.Transact(
            [new NpgsqlBatchCommand(PostgresEpochs.Erase).With(channel.Row).With(channel.Owner)], rows => isErased = rows.Read());
        return isErased;
    }

    private bool Renew(StoreRequest.RenewLost lost)
    {
        var isRenewed = false;
        _session.Transact(
            [
                new NpgsqlBatchCommand(PostgresEpochs.RenewLost)
                    .With(lost.Name)
                    .With(lost.Known.Position.Epoch)
                    .With(lost.Known.Position.Offset)
                    .WithNullable(lost.Known.Id?.Request)
                    .WithNullable(lost.Known.Id?.Occurrence),
            ],
            rows => isRenewed = rows.Read());
        return isRenewed;
    }

    private void Serve(List<StoreRequest.Find> finds, PostgresAppends appends, PostgresInboxes inboxes, StoreResults results)
    {
        var commands = new List<NpgsqlBatchCommand>();
        if (finds.Count > 0)
        {
            commands.Add(PostgresKeyLookup.Command(finds, _clock.Latest));
        }

        var rows = appends.Rows.Concat(inboxes.Rows).Distinct().ToArray();
        if (rows.Length > 0)
        {
            commands.Add(new NpgsqlBatchCommand(Lock).With(rows));
        }

        if (!appends.AreEmpty)
        {
            commands.Add(appends.Command(_options, _clock.Earliest));
        }

        if (!inboxes.AreEmpty)
        {
            commands.Add(inboxes.Command());
        }

        if (inboxes.AreRecalling)
        {
            commands.Add(inboxes.RecallCommand());
        }

        _session.Transact(
            commands,
            answer =>
            {
                if (finds.Count > 0)
                {
                    PostgresKeyLookup.Read(answer, finds, results);
                    answer.NextResult();
                }

                // After the locked heads.
                if (!appends.AreEmpty)
                {
                    answer.NextResult();
                    appends.Read(answer);
                }

                if (!inboxes.AreEmpty)
                {
                    answer.NextResult();
                    inboxes.Read(answer);
                }
            });
        if (appends.NewestKept is { } newest)
        {
            _history.Saw(newest.Channel, newest.Notification);
        }
    }
}
