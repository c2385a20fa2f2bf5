namespace Notify.Server.Operators;

/// <summary>Describes that a client received missed notifications when it came back.</summary>
public sealed record TrailReplay
{
    /// <summary>Gets the name of the node.</summary>
    public string Node { get; init; } = "";

    /// <summary>Gets the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Gets the offset of the first notification.</summary>
    public required long From { get; init; }

    /// <summary>Gets the offset of the last notification.</summary>
    public required long To { get; init; }

    /// <summary>Gets when they were queued for the client.</summary>
    public required DateTimeOffset At { get; init; }
}
