using Microsoft.Extensions.Logging;
using Npgsql;

namespace Notify.Storage.Postgres;

/// <summary>
/// What the store takes on the server's disk, measured by one node for all, beside the writer, and noted in the database: so much as is
/// too much is taken away once and not by every node.
/// </summary>
internal sealed class PostgresSizeLimit(PostgresReader reader, StoreOptions options, ILogger logger)
{
    private const double Warning = 0.8;

    // Times the interval of trims.
    private const int TurnsPerMeasure = 5;

    // Only one node finds that the last measure is old. While the server's clock is not believed, the time stays: a node that starts
    // meanwhile sees by it that the clock may be wrong.
    private const string Begin = """
        UPDATE notify.space SET measured_at = CASE WHEN $2 THEN now() ELSE measured_at END WHERE measured_at <= now() - $1 OR measured_at > now()
        """;

    // From the files' sizes, which costs nothing.
    private const string Files = """
        SELECT pg_total_relation_size('notify.channel') + pg_total_relation_size('notify.notification') + pg_total_relation_size('notify.send_key')
        """;

    // The files do not shrink when rows go, their room is used again: so what counts is the rows that are there, where that is less.
    private const string Rows = """
        SELECT pg_total_relation_size('notify.channel') + pg_total_relation_size('notify.send_key') + coalesce(sum(bytes), 0)::bigint FROM notify.channel
        """;

    private const string End = "UPDATE notify.space SET used = $1, excess = greatest(0, $1 - $2)";

    private Task? _measuring;
    private long _measureAt;
    private bool _isWarned;

    /// <summary>Measures now and then; called by the writer's thread, which does not wait for it.</summary>
    /// <param name="isClockBelieved">Whether the server's clock has not jumped of late.</param>
    public void Measure(bool isClockBelieved)
    {
        if (_measuring is { IsCompleted: false })
        {
            return;
        }

        // Whether the database works, the writer finds by itself; what could not be measured is measured the next time.
        if (_measuring is { Exception.InnerException: { } cause })
        {
            StoreLog.SizeUnknown(logger, cause, cause.Message);
        }

        if (Broker.MonotonicClock.Now >= _measureAt)
        {
            var pause = options.TrimInterval * TurnsPerMeasure;
            _measureAt = Broker.MonotonicClock.Now + (long)pause.TotalMilliseconds;
            _measuring = reader.InTurnAsync(connection => MeasureAsync(connection, pause, isClockBelieved));
        }
    }

    private async Task<bool> MeasureAsync(NpgsqlConnection connection, TimeSpan pause, bool isClockBelieved)
    {
        await using var begin = new NpgsqlCommand(Begin, connection)
        {
            Parameters = { new NpgsqlParameter<TimeSpan> { TypedValue = pause }, new NpgsqlParameter<bool> { TypedValue = isClockBelieved } },
        };
        if (await begin.ExecuteNonQueryAsync() == 0)
        {
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
        Warn(used);
        return true;
    }

    private void Warn(long used)
    {
        var isMuch = used > options.StoreMax * Warning;
        if (isMuch && !_isWarned)
        {
            StoreLog.Full(logger, used, options.StoreMax);
        }

        _isWarned = isMuch;
    }

    private static async Task<long> NumberAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
