using Microsoft.Extensions.Logging;

namespace Notify.Storage.Postgres;

/// <summary>Reads the server's clock, and guards it against jumps; see <see cref="StoreClock"/>. Belongs to the writer's thread.</summary>
internal sealed class PostgresClock(PostgresWriteConnection session, StoreOptions options, ILogger logger)
{
    // Any node measures the size every few seconds; see PostgresSizeLimit.
    private const string Ask = "SELECT now(), measured_at FROM notify.space";

    private readonly StoreClock _clock = new(options.Time, options.ClockSettling, "the database server", logger);

    /// <summary>Gets whether the clock has not jumped recently.</summary>
    public bool IsBelieved => !_clock.IsUnsettled;

    /// <summary>Gets the upper bound of the time from which ages are computed; infinity before the first read.</summary>
    public DateTime Latest => _clock.Believed?.UtcDateTime ?? Endless(DateTime.MaxValue);

    /// <summary>Gets the lower bound of the time stamps; minus infinity before the first read.</summary>
    public DateTime Earliest => _clock.Believed?.UtcDateTime ?? Endless(DateTime.MinValue);

    /// <summary>Reads the clock at the start.</summary>
    public void Begin()
    {
        var (now, measured) = (default(DateTime), default(DateTime));
        session.Query(Ask, row => (now, measured) = (row.GetDateTime(0), row.GetDateTime(1)));
        _clock.Begin(measured == DateTime.MinValue ? null : new DateTimeOffset(measured), new DateTimeOffset(now));
    }

    /// <summary>Processes the server's time from a transaction.</summary>
    public void Read(DateTime now) => _clock.Read(new DateTimeOffset(now));

    // Npgsql requires the kind UTC for a timestamp with time zone.
    private static DateTime Endless(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
