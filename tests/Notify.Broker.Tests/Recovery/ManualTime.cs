namespace Notify.Broker.Tests.Recovery;

/// <summary>Implements a clock and timers that a test controls.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<Action> _timers = [];
    private TimeSpan _now = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timers.Add(() => callback(state));
        return new Timer();
    }

    /// <summary>Advances the clock, and fires every timer.</summary>
    public void Pass(TimeSpan time)
    {
        _now += time;
        _timers.ForEach(timer => timer());
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
