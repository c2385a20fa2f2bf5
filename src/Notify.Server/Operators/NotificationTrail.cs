namespace Notify.Server.Operators;

/// <summary>Describes what happened to one notification of one channel.</summary>
public sealed record NotificationTrail
{
    /// <summary>Gets the id of the notification; null when its request was refused.</summary>
    public string? Id { get; init; }

    /// <summary>Gets the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Gets the epoch of its position; null when it is not known.</summary>
    public string? Epoch { get; init; }

    /// <summary>Gets the offset of its position; null when it has none.</summary>
    public long? Offset { get; init; }

    /// <summary>Gets when it was published or refused; null when it is not known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// Gets what became of it: <c>delivered</c>, <c>queued</c> (for clients that do not read), <c>waiting</c> (no client has received it
    /// yet, it is in the history), <c>trimmed</c> (no client has received it, and the history no longer has it), <c>refused</c>, or
    /// <c>unknown</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Gets the same in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Gets whether the history has it: <c>kept</c>, <c>trimmed</c> or <c>unknown</c>.</summary>
    public required string History { get; init; }

    /// <summary>Gets how nodes answered requests to publish it.</summary>
    public required IReadOnlyList<TrailSend> Sends { get; init; }

    /// <summary>Gets to how many sockets it went.</summary>
    public required IReadOnlyList<TrailDelivery> Deliveries { get; init; }

    /// <summary>Gets which clients received it when they came back.</summary>
    public required IReadOnlyList<TrailReplay> Replays { get; init; }
}
