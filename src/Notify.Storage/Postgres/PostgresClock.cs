using Microsoft.Extensions.Logging;

namespace Notify.Storage.Postgres;

/// <summary>
/// Reads the server's clock, and bounds it by what is believed of it: see <see cref="StoreClock"/>. Belongs to the writer's thread.
/// </summary>
internal sealed class PostgresClock(PostgresWriteConnection session, StoreOptions options, ILogger logger)
{
    // A measure is taken every few seconds, by whichever node; see PostgresSpace.
    private const string Ask = "SELECT now(), measured_at FROM notify.space";

    private readonly StoreClock _clock = new(options.Time, options.ClockSettling, "the database server", logger);

    /// <summary>Whether the clock has not jumped of late.</summary>
    public bool IsBelieved => !_clock.IsUnsettled;

    /// <summary>The latest time by which ages are told; infinity before the clock was read.</summary>
    public DateTime Latest => _clock.Believed?.UtcDateTime ?? Endless(DateTime.MaxValue);

    /// <summary>The earliest time by which anything is stamped; minus infinity before the clock was read.</summary>
    public DateTime Earliest => _clock.Believed?.UtcDateTime ?? Endless(DateTime.MinValue);

    /// <summary>Reads the clock at the start.</summary>
    public void Begin()
    {
        var (now, measured) = (default(DateTime), default(DateTime));
        session.Query(Ask, row => (now, measured) = (row.GetDateTime(0), row.GetDateTime(1)));
        _clock.Begin(measured == DateTime.MinValue ? null : new DateTimeOffset(measured), new DateTimeOffset(now));
    }

    /// <summary>Takes what the server says in a transaction.</summary>
    public void Read(DateTime now) => _clock.Read(new DateTimeOffset(now));

    // Npgsql takes it for a time with a zone by its kind.
    private static DateTime Endless(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
