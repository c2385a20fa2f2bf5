namespace Notify.Server.Operators;

/// <summary>Describes an event of a connection for an operator.</summary>
public sealed record ConnectionEventInfo
{
    /// <summary>Gets when it happened, or happened last.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// Gets what happened: <c>joined</c>, <c>join_refused</c>, <c>left</c>, <c>refreshed</c>, <c>refresh_refused</c>, <c>throttled</c>,
    /// <c>slow</c> or <c>ended</c>.
    /// </summary>
    public required string Event { get; init; }

    /// <summary>Gets the channel; null for none, or for all of them.</summary>
    public string? Channel { get; init; }

    /// <summary>Gets the code of a refusal, the limit that was exceeded, or the reason of the end; null for none.</summary>
    public string? Code { get; init; }

    /// <summary>Gets the epoch of the position that a join was answered with; null for none.</summary>
    public string? Epoch { get; init; }

    /// <summary>Gets the offset of that position; null for none.</summary>
    public long? Offset { get; init; }

    /// <summary>Gets whether everything after the requested position follows a join; null for other events.</summary>
    public bool? Recovered { get; init; }

    /// <summary>Gets how often it happened without another event between.</summary>
    public required long Count { get; init; }
}
