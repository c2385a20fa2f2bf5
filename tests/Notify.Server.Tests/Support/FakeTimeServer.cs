using Microsoft.Extensions.Time.Testing;

namespace Notify.Server.Tests.Support;

/// <summary>Runs with the heartbeat of Socket.IO on a clock that tests advance.</summary>
public sealed class FakeTimeServer : ProtocolServer
{
    /// <summary>The time between two heartbeats.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(25);

    /// <summary>The lifetime of a silent session.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromSeconds(45);

    public FakeTimeServer()
        : this(new FakeTimeProvider())
    {
    }

    private FakeTimeServer(FakeTimeProvider time)
        : base(Interval, Life - Interval, time)
    {
        Time = time;
    }

    public FakeTimeProvider Time { get; }

    /// <summary>
    /// Advances the clock by <paramref name="time"/>, and then in small steps until the task completes: a session that is busy during a
    /// tick notices its deadline only at a later one.
    /// </summary>
    internal async Task<T> PassAsync<T>(TimeSpan time, Task<T> task)
    {
        Time.Advance(time);
        return await Time.PassUntilAsync(task, TimeSpan.FromMilliseconds(100));
    }
}
