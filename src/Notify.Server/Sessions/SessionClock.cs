using Notify.Broker;

namespace Notify.Server.Sessions;

/// <summary>Runs one clock for many sessions, instead of a timer for each.</summary>
internal sealed class SessionClock : IAsyncDisposable
{
    // The shortest and the longest time between ticks, in milliseconds.
    private const double Fastest = 5;
    private const double Slowest = 1000;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _run;

    /// <summary>Starts the clock.</summary>
    /// <param name="tick">The time between ticks.</param>
    /// <param name="turn">Runs at each tick, with the time in milliseconds of the monotonic clock. Must not throw.</param>
    /// <param name="time">The clock.</param>
    public SessionClock(TimeSpan tick, Action<long> turn, TimeProvider time)
    {
        _run = RunAsync(tick, turn, time);
    }

    /// <summary>
    /// Returns the time between ticks for sessions whose shortest interval is <paramref name="shortest"/>, both in milliseconds.
    /// </summary>
    public static double StepOf(long shortest) => Math.Clamp(shortest / 40.0, Fastest, Slowest);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _run;
        _stopping.Dispose();
    }

    private async Task RunAsync(TimeSpan tick, Action<long> turn, TimeProvider time)
    {
        using var timer = new PeriodicTimer(tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                turn(time.GetMilliseconds());
            }
        }
        catch (OperationCanceledException)
        {
            // The clock was stopped.
        }
    }
}
