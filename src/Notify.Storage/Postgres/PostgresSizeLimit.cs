using Microsoft.Extensions.Logging;
using Notify.Broker;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// Measures the store's size on the server's disk. One node measures for all, concurrently with the writer, and records the excess in the
/// database, so that the nodes together remove it only once.
/// </summary>
internal sealed class PostgresSizeLimit(PostgresReader reader, StoreOptions options, ILogger logger)
{
    private const double Warning = 0.8;

    // In trim intervals.
    private const int TurnsPerMeasure = 5;

    // Only one node finds that the last measurement is old. While the server's clock is not trusted, the time stays unchanged, so that a
    // node that starts in the meantime detects that the clock may be wrong. The row stays locked until the end of the measurement, and
    // trims leave a locked row alone: what they removed while the sizes are added up would be counted as excess once more.
    private const string Begin = """
        WITH begun AS (
          UPDATE notify.space
          SET measured_at = CASE WHEN $2 THEN now() ELSE measured_at END
          WHERE measured_at <= now() - $1 OR measured_at > now()
          RETURNING is_only
        )
        SELECT set_config('notify.measures', (SELECT EXISTS (SELECT FROM begun))::text, true)
        """;

    // A statement of its own, so that its snapshot begins after the row was locked. File sizes cost nothing to read. Files do not shrink
    // when rows are removed; their space is reused. The total size of the rows therefore counts where it is smaller.
    private const string Sizes = """
        WITH files AS MATERIALIZED (
          SELECT pg_total_relation_size('notify.channel') + pg_total_relation_size('notify.send_key') AS heads,
            pg_total_relation_size('notify.notification') AS notifications
        ), measured AS (
          SELECT CASE
            WHEN heads + notifications <= $2 THEN heads + notifications
            ELSE least(heads + notifications, heads + (SELECT coalesce(sum(bytes), 0)::bigint FROM notify.channel)) END AS used
          FROM files
        )
        UPDATE notify.space SET used = measured.used, excess = greatest(0, measured.used - $1) FROM measured
        WHERE current_setting('notify.measures')::boolean
        """;

    private const string Result = "SELECT used, current_setting('notify.measures')::boolean FROM notify.space";

    private Task? _measuring;
    private long _measureAt;
    private readonly SizeWarnings _warnings = new(options.StoreMax, logger);

    /// <summary>Starts a measurement when one is due. The writer's thread calls this and does not wait for the result.</summary>
    /// <param name="isClockBelieved">Whether the server's clock has not jumped recently.</param>
    public void Measure(bool isClockBelieved)
    {
        if (_measuring is { IsCompleted: false })
        {
            return;
        }

        // The writer notices failures of the database on its own. A failed measurement is repeated at the next turn.
        if (_measuring is { Exception.InnerException: { } cause })
        {
            StoreLog.SizeUnknown(logger, cause, cause.Message);
        }

        if (options.Time.GetMilliseconds() >= _measureAt)
        {
            var pause = options.TrimInterval * TurnsPerMeasure;
            _measureAt = options.Time.GetMilliseconds() + (long)pause.TotalMilliseconds;
            _measuring = reader.InTurnAsync(connection => MeasureAsync(connection, pause, isClockBelieved));
        }
    }

    // One round trip, so that a node that freezes does not hold the lock: the server completes the batch, which is one transaction.
    private async Task<bool> MeasureAsync(NpgsqlConnection connection, TimeSpan pause, bool isClockBelieved)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Begin)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<TimeSpan> { TypedValue = pause },
                        new NpgsqlParameter<bool> { TypedValue = isClockBelieved },
                    },
                },
                new(Sizes)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<long> { TypedValue = options.StoreMax },
                        new NpgsqlParameter<long> { TypedValue = (long)(options.StoreMax * Warning) },
                    },
                },
                new(Result),
            },
        };
        await using var rows = await batch.ExecuteReaderAsync();
        await rows.NextResultAsync();
        await rows.ReadAsync();
        var used = rows.GetInt64(0);
        var isOurs = rows.GetBoolean(1);
        if (isOurs)
        {
            _warnings.Measured(used);
        }

        if (options.Metrics is { } metrics)
        {
            metrics.Size = used;
        }

        return isOurs;
    }
}
