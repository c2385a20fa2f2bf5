namespace Notify.Benchmarks.Scale;

/// <summary>Provides the clock of a simulation, which stands still while an event is handled.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Gets or sets the milliseconds since the beginning.</summary>
    public long Now { get; set; }

    /// <inheritdoc />
    public override long TimestampFrequency => 1000;

    /// <inheritdoc />
    public override long GetTimestamp() => Now;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => Beginning.AddMilliseconds(Now);
}
