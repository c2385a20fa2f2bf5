namespace Notify.Server.Operators;

/// <summary>Describes one event of a tail: a notification that was published, or that was told to the sockets of a node.</summary>
public sealed record TailItem
{
    /// <summary>Gets the name of the node.</summary>
    public string Node { get; init; } = "";

    /// <summary>Gets the channel.</summary>
    public required string Channel { get; init; }

    /// <summary>Gets the id of the notification.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the offset of the notification; null in a socket's own room.</summary>
    public long? Offset { get; init; }

    /// <summary>Gets when it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the name of the secret that published it; null for a delivery.</summary>
    public string? Secret { get; init; }

    /// <summary>Gets the size of the notification, in bytes; null for a delivery.</summary>
    public int? Size { get; init; }

    /// <summary>Gets the first 4,096 bytes of the notification, as text; null for a delivery.</summary>
    public string? Payload { get; init; }

    /// <summary>Gets the number of sockets; null for a publish.</summary>
    public int? Sockets { get; init; }
}
