using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Notify.Storage;

/// <summary>
/// Provides the time by which notifications are stamped and deleted. The clock of a machine may be set, sometimes wrongly, and a deletion
/// cannot be undone. A jump against the monotonic clock therefore only counts after it has lasted for a while. Until then new notifications
/// are stamped with the later of the two times, and ages are computed from the earlier one. Belongs to one thread.
/// </summary>
/// <param name="time">The monotonic clock, and the wall clock for reads that pass no time.</param>
/// <param name="settling">How long a jump must last before it counts.</param>
/// <param name="whose">The owner of the clock, for the log, such as "this machine".</param>
/// <param name="logger">The log for clock jumps.</param>
internal sealed class StoreClock(TimeProvider time, TimeSpan settling, string whose, ILogger logger)
{
    // Smaller corrections, as time synchronization makes them, are followed.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    // A longer time without writes is either a pause or a clock that has been wrong since the last write.
    private static readonly TimeSpan LongPause = TimeSpan.FromHours(1);

    // The offset of the trusted time from the monotonic clock; the offset of the wall clock from the trusted time; and when the latter
    // began.
    private TimeSpan? _offset;
    private TimeSpan _jump;
    private long _jumpedAt;

    /// <summary>Gets whether a clock jump has not yet lasted long enough to count.</summary>
    public bool IsUnsettled => _jump != TimeSpan.Zero;

    /// <summary>Gets the trusted time, regardless of the wall clock; null before the first read.</summary>
    public DateTimeOffset? Believed => DateTimeOffset.UnixEpoch + _offset + Monotonic;

    private TimeSpan Monotonic => time.GetElapsedTime(0);

    /// <summary>
    /// Initializes the clock with the time of the store's last write. Further calls change nothing. A long pause is treated as a clock jump
    /// of the same length.
    /// </summary>
    /// <param name="lastWritten">The time of the last write by the same clock; null for a new store.</param>
    /// <param name="now">The current time of the clock.</param>
    public void Begin(DateTimeOffset? lastWritten, DateTimeOffset now)
    {
        if (_offset is not null)
        {
            return;
        }

        var pause = now - lastWritten ?? TimeSpan.Zero;
        _offset = Of(now) - Monotonic;
        if (pause <= LongPause || settling == TimeSpan.Zero)
        {
            return;
        }

        _offset -= pause;
        Jump(pause);
        logger.LogInformation(
            "Nothing was stored for {Pause}, by the clock of {Whose}. "
            + "In case that clock is wrong, nothing is deleted because of it for {Settling}.",
            Text(pause),
            whose,
            Text(settling));
    }

    /// <summary>Reads the clock.</summary>
    public StoreTime Read() => Read(time.GetUtcNow());

    /// <summary>Processes a clock reading.</summary>
    /// <param name="now">The reading.</param>
    public StoreTime Read(DateTimeOffset now)
    {
        _offset ??= Of(now) - Monotonic;
        var believed = _offset.Value + Monotonic;
        var ahead = Of(now) - believed;
        if (ahead.Duration() <= Step || settling == TimeSpan.Zero)
        {
            if (IsUnsettled)
            {
                _jump = TimeSpan.Zero;
                logger.LogInformation("The clock of {Whose} is back where it was before it jumped.", whose);
            }

            _offset += ahead;
            return new StoreTime(Of(now), Of(now));
        }

        if ((ahead - _jump).Duration() > Step)
        {
            Jump(ahead);
            logger.LogWarning(
                "The clock of {Whose} jumped {Jump} {Direction}. "
                + "Nothing is deleted because of it until the jump has lasted for {Settling}. Check the clock.",
                whose,
                Text(ahead.Duration()),
                ahead > TimeSpan.Zero ? "ahead" : "back",
                Text(settling));
        }
        else if (time.GetElapsedTime(_jumpedAt) >= settling)
        {
            _offset += ahead;
            _jump = TimeSpan.Zero;
            logger.LogInformation("The clock of {Whose} has stayed where it is, and counts again for what is too old.", whose);
            return new StoreTime(Of(now), Of(now));
        }

        return ahead > TimeSpan.Zero ? new StoreTime(believed, Of(now)) : new StoreTime(Of(now), believed);
    }

    private static TimeSpan Of(DateTimeOffset time) => time - DateTimeOffset.UnixEpoch;

    private static string Text(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalDays:0.#} days"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} hours"),
        { TotalMinutes: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} minutes"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} seconds"),
    };

    private void Jump(TimeSpan ahead)
    {
        _jump = ahead;
        _jumpedAt = time.GetTimestamp();
    }
}
