using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Notify.Storage;

/// <summary>
/// Tells what time it is to whatever is kept and deleted by age. The clock of a machine may be set, wrongly too, and what was deleted for it
/// is gone for good. So a jump against the monotonic clock counts only once it has stayed for a while: until then what is kept is stamped
/// by the later of the two times, and its age is told by the earlier one. Belongs to one thread.
/// </summary>
/// <param name="time">The monotonic clock, and the wall's where a read names no other.</param>
/// <param name="settling">How long a jump has to stay.</param>
/// <param name="whose">Whose clock it is, for the log: "this machine".</param>
/// <param name="logger">Where jumps are said.</param>
internal sealed class StoreClock(TimeProvider time, TimeSpan settling, string whose, ILogger logger)
{
    // A clock that is kept right by small steps is followed.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    // What passed while nothing was written may be a pause, or a clock that is wrong since.
    private static readonly TimeSpan LongPause = TimeSpan.FromHours(1);

    // The time that is believed, as what it is ahead of the monotonic clock; and what the wall's clock is ahead of that, since when.
    private TimeSpan? _offset;
    private TimeSpan _jump;
    private long _jumpedAt;

    /// <summary>Whether a jump has not stayed long enough to count.</summary>
    public bool IsUnsettled => _jump != TimeSpan.Zero;

    /// <summary>The time that is believed, whatever the wall's clock says now; null before it was read.</summary>
    public DateTimeOffset? Believed => DateTimeOffset.UnixEpoch + _offset + Monotonic;

    private TimeSpan Monotonic => time.GetElapsedTime(0);

    /// <summary>
    /// Begins where the store was last written, once: a start that is tried again changes nothing. After a long pause the clock counts as one
    /// that has jumped by it.
    /// </summary>
    /// <param name="lastWritten">When it was written, by the same clock; null when it is new.</param>
    /// <param name="now">What the clock says now.</param>
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
        StoreLog.ClockPause(logger, Text(pause), whose, Text(settling));
    }

    /// <summary>Reads the clock.</summary>
    public StoreTime Read() => Read(time.GetUtcNow());

    /// <summary>Takes what a clock says.</summary>
    /// <param name="now">What it says.</param>
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
                StoreLog.ClockBack(logger, whose);
            }

            _offset += ahead;
            return new StoreTime(Of(now), Of(now));
        }

        if ((ahead - _jump).Duration() > Step)
        {
            Jump(ahead);
            StoreLog.ClockJumped(logger, whose, Text(ahead.Duration()), ahead > TimeSpan.Zero ? "ahead" : "back", Text(settling));
        }
        else if (time.GetElapsedTime(_jumpedAt) >= settling)
        {
            _offset += ahead;
            _jump = TimeSpan.Zero;
            StoreLog.ClockTrusted(logger, whose);
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
