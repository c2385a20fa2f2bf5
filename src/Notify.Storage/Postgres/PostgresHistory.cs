using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Notify.Broker;
using Notify.Broker.Channels;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Detects that the database is an older copy of itself, because a replica was promoted or a backup was restored. The last notifications
/// may be missing, and their positions would be assigned again to others. All epochs are therefore renewed before anything else is written.
/// Belongs to the writer's thread.
/// </summary>
internal sealed class PostgresHistory(
    PostgresWriteConnection session, ChannelOptions channels, TimeProvider time, string name, ILogger logger)
{
    // Several nodes may detect it at once. A node that comes second checks again.
    private const int Attempts = 10;

    // The lock is refused on a replica, so that nothing is written through a connection that was opened before the replica was promoted,
    // and it waits for a node that renews. A dump does not contain the number of the transaction that wrote the row.
    private const string Note = """
        SELECT generation, system, timeline, writer, xmin::text::bigint, id FROM notify.store FOR SHARE
        """;

    private const string System = "SELECT system_identifier FROM pg_control_system()";

    private const string Timeline = $"SELECT {HistoryMark.TimelineNow}";

    private const string Find = """
        SELECT c.floor >= $3 OR EXISTS (
          SELECT FROM notify.notification n WHERE n.channel = c.id AND n."offset" = $3 AND n.request = $4 AND n.occurrence = $5)
        FROM notify.channel c WHERE c.id = $1 AND c.name = $2
        """;

    // Updates the row only if it is unchanged, so that one of several nodes succeeds.
    private const string Write = $"""
        UPDATE notify.store SET
          id = CASE WHEN $1 THEN {PostgresEpochs.NextId} ELSE id END,
          generation = CASE WHEN $1 THEN greatest(generation, $2) + 1 ELSE generation END,
          system = coalesce($3, system), timeline = coalesce($4, timeline), writer = {PostgresEpochs.Writer}
        WHERE xmin::text::bigint = $5 RETURNING generation
        """;

    private const string Renew = $"""
        WITH noted AS ({Write}), renewed AS ({PostgresEpochs.Renew} WHERE EXISTS (SELECT FROM noted)) SELECT generation FROM noted
        """;

    private bool? _maySeeSystem;
    private bool? _maySeeTimeline;
    private HistoryWitness? _witness;

    /// <summary>Remembers a notification that was stored.</summary>
    public void Saw(SqlChannel channel, Notification notification) =>
        _witness = new(session.Generation, channel.Row, channel.Name, notification.Offset, notification.Id, time.GetMilliseconds());

    /// <summary>Checks the history behind the connection, and renews all epochs if its end may be lost.</summary>
    /// <returns>The mark by which each transaction detects that the history is still the same.</returns>
    public HistoryMark Verify()
    {
        for (var attempt = 1; ; attempt++)
        {
            var noted = ReadNote();
            var system = Number(System, ref _maySeeSystem);
            var timeline = (int?)Number(Timeline, ref _maySeeTimeline);
            var found = new HistoryFound(system, timeline, session.Generation, SeesWitness(noted), session.WasSynchronous);
            var verdict = HistoryVerdict.Of(noted, found);
            if (!verdict.IsToBeNoted || TryNote(verdict.IsToBeRenewed, noted, system, timeline))
            {
                if (!verdict.IsToBeNoted)
                {
                    return new HistoryMark(noted.Id, noted.Generation, timeline);
                }

                Report(verdict);
            }
            else if (attempt == Attempts)
            {
                throw new IOException("Other nodes kept changing the record of the database's history.");
            }
        }
    }

    private HistoryNote ReadNote()
    {
        HistoryNote? note = null;
        session.Query(Note, row => note = new HistoryNote(
            row.GetInt64(0),
            row.IsDBNull(1) ? null : row.GetInt64(1),
            row.IsDBNull(2) ? null : row.GetInt32(2),
            row.IsDBNull(3) ? null : row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt32(5)));
        return note ?? throw new IOException("The table notify.store is empty.");
    }

    // Null when it cannot be decided. A renewal after the generation that this node knows has already covered the loss.
    private bool? SeesWitness(HistoryNote noted)
    {
        if (_witness is not { } witness || witness.Generation < noted.Generation)
        {
            return null;
        }

        bool? sees = null;
        session.Query(
            new NpgsqlBatchCommand(Find)
                .With(witness.Row)
                .With(Encoding.UTF8.GetBytes(witness.Channel))
                .With(witness.Offset)
                .With(witness.Id.Request)
                .With(witness.Id.Occurrence),
            row => sees = row.GetBoolean(0));

        // A channel that was inactive for long is removed for good reasons.
        return sees ?? (time.GetMilliseconds() - witness.At < (long)channels.HistoryTtl.TotalMilliseconds ? false : null);
    }

    private bool TryNote(bool renew, HistoryNote noted, long? system, int? timeline)
    {
        var isDone = false;
        var command = new NpgsqlBatchCommand(renew ? Renew : Write)
            .With(renew)
            .With(session.Generation)
            .WithNullable(system)
            .WithNullable(timeline)
            .With(noted.RowWriter);
        session.Transact(
            renew ? [new(PostgresEpochs.Patience), new(PostgresEpochs.Exclude), command] : [command],
            rows =>
            {
                if (renew)
                {
                    // Skips the result of the lock timeout.
                    rows.NextResult();
                }

                isDone = rows.Read();
            },
            PostgresEpochs.Limit);
        return isDone;
    }

    private void Report(HistoryVerdict verdict)
    {
        if (verdict.IsToBeRenewed)
        {
            StoreLog.DatabaseReplaced(logger, name, verdict.Noticed ?? "");
        }
        else if (verdict.Noticed is { } noticed)
        {
            StoreLog.DatabaseChanged(logger, name, noticed);
        }
    }

    // A role may lack the right to call the function, and a service that only resembles PostgreSQL may lack the function.
    private long? Number(string sql, ref bool? isAllowed)
    {
        if (isAllowed is false)
        {
            return null;
        }

        try
        {
            long? number = null;
            session.Query(
                new NpgsqlBatchCommand(sql),
                row => number = Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture),
                mayBeRefused: isAllowed is null);
            isAllowed = true;
            return number;
        }
        catch (PostgresException exception)
            when (isAllowed is null && exception.SqlState is ['4', '2', ..] or ['0', 'A', ..] or ['5', '5', ..])
        {
            StoreLog.ServerUnknown(logger, name, PostgresFailure.Explain(exception));
            isAllowed = false;
            return null;
        }
    }
}
