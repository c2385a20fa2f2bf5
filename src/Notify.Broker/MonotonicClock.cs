using System.Diagnostics;

namespace Notify.Broker;

/// <summary>Provides the monotonic clock by which durations are measured, instead of the wall clock.</summary>
public static class MonotonicClock
{
    /// <summary>Gets the milliseconds since a moment before the start of the process.</summary>
    public static long Now => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
}
