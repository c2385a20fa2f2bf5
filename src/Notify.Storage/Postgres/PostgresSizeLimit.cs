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
    // node that starts in the meantime detects that the clock may be wrong.
    private const string Begin = """
        UPDATE notify.space
        SET measured_at = CASE WHEN $2 THEN now() ELSE measured_at END
        WHERE measured_at <= now() - $1 OR measured_at > now()
        """;

    // File sizes cost nothing to read.
    private const string Files = """
        SELECT pg_total_relation_size('notify.channel') + pg_total_relation_size('notify.notification')
            + pg_total_relation_size('notify.send_key')
        """;

    // Files do not shrink when rows are removed; their space is reused. The total size of the rows therefore counts where it is smaller.
    private const string Rows = """
        SELECT pg_total_relation_size('notify.channel') + pg_total_relation_size('notify.send_key') + coalesce(sum(bytes), 0)::bigint
        FROM notify.channel
        """;

    private const string End = "UPDATE notify.space SET used = $1, excess = greatest(0, $1 - $2)";

    private const string Measured = "SELECT used FROM notify.space";

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

    private async Task<bool> MeasureAsync(NpgsqlConnection connection, TimeSpan pause, bool isClockBelieved)
    {
        await using var begin = new NpgsqlCommand(Begin, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<TimeSpan> { TypedValue = pause },
                new NpgsqlParameter<bool> { TypedValue = isClockBelieved },
            },
        };
        if (await begin.ExecuteNonQueryAsync() == 0)
        {
            await ReportAsync(connection);
            return false;
        }

        var used = await NumberAsync(connection, Files);
        if (used > options.StoreMax * Warning)
        {
            used = Math.Min(used, await NumberAsync(connection, Rows));
        }

        await using var end = new NpgsqlCommand(End, connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = used }, new NpgsqlParameter<long> { TypedValue = options.StoreMax } },
        };
        await end.ExecuteNonQueryAsync();
        _warnings.Measured(used);
        Report(used);
        return true;
    }

    // The result of the node that measured.
    private async Task ReportAsync(NpgsqlConnection connection)
    {
        if (options.Metrics is not null)
        {
            Report(await NumberAsync(connection, Measured));
        }
    }

    private void Report(long used)
    {
        if (options.Metrics is { } metrics)
        {
            metrics.Size = used;
        }
    }

    private static async Task<long> NumberAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
