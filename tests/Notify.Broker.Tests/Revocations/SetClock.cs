namespace Notify.Broker.Tests.Revocations;

/// <summary>Implements a clock that a test sets, in seconds since 1970.</summary>
internal sealed class SetClock(long seconds) : TimeProvider
{
    public long Seconds { get; set; } = seconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(Seconds);
}
