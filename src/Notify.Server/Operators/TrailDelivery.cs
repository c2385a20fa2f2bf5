namespace Notify.Server.Operators;

/// <summary>Describes what a node did with a notification.</summary>
public sealed record TrailDelivery
{
    /// <summary>Gets the name of the node.</summary>
    public string Node { get; init; } = "";

    /// <summary>Gets the id of the notification.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Gets the offset of the notification.</summary>
    public required long Offset { get; init; }

    /// <summary>Gets when the node queued it for its sockets.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the number of these sockets.</summary>
    public required int Sockets { get; init; }

    /// <summary>Gets the number of sockets to which it was written; null above 100 sockets, where writes are not counted.</summary>
    public int? Written { get; init; }

    /// <summary>Gets the number of sockets that ended before; null above 100 sockets.</summary>
    public int? Dropped { get; init; }

    /// <summary>Gets when it was first written; null when it was not, or is not known.</summary>
    public DateTimeOffset? FirstWriteAt { get; init; }

    /// <summary>Gets when it was last written; null when it was not, or is not known.</summary>
    public DateTimeOffset? LastWriteAt { get; init; }
}
