namespace Notify.Storage.Tests;

/// <summary>Implements a clock that a test sets. Its time also passes on the monotonic clock.</summary>
internal sealed class SetTime : TimeProvider
{
    private readonly Lock _lock = new();
    private TimeSpan _passed = TimeSpan.FromDays(1);
    private TimeSpan _set;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _passed.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) + _passed + _set;
        }
    }

    public void Pass(TimeSpan time)
    {
        lock (_lock)
        {
            _passed += time;
        }
    }

    /// <summary>Sets the wall clock ahead, or back.</summary>
    public void Set(TimeSpan ahead)
    {
        lock (_lock)
        {
            _set += ahead;
        }
    }
}
