using System.Diagnostics;

namespace Notify.Broker;

/// <summary>Durations are measured by this clock, never by the wall's.</summary>
public static class MonotonicClock
{
    /// <summary>Milliseconds since some moment before the process began.</summary>
    public static long Now => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
}
