using System.Diagnostics;

namespace Notify.Broker;

/// <summary>
/// Reads the monotonic clock of a <see cref="TimeProvider"/>, by which durations are measured, instead of its wall clock.
/// </summary>
public static class MonotonicClock
{
    private static readonly long PerMillisecond = Stopwatch.Frequency / 1000;

    /// <summary>Returns the milliseconds of the monotonic clock since a moment before the start of the process.</summary>
    public static long GetMilliseconds(this TimeProvider time)
    {
        // Every message reads the clock, so the usual one is read without a virtual call and with a constant divisor.
        return ReferenceEquals(time, TimeProvider.System)
            ? Stopwatch.GetTimestamp() / PerMillisecond
            : time.GetTimestamp() / (time.TimestampFrequency / 1000);
    }
}
