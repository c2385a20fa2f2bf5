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

    /// <summary>Advances the clock beyond a deadline by as much as the server may notice it late.</summary>
    internal void Pass(TimeSpan time) => Time.Advance(time + TimeSpan.FromSeconds(1));
}
