using Notify.Broker.Channels;

namespace Notify.Broker.Trails;

/// <summary>Represents something that a tail shows: a notification that was published, or one that went to sockets of this node.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Id">The id of the notification.</param>
/// <param name="Offset">The offset of the notification; null in a socket's own room.</param>
/// <param name="At">When the request to publish arrived, or when the sockets were told, in Unix milliseconds.</param>
/// <param name="Backend">The name of the secret that published it; null for a delivery.</param>
/// <param name="Size">The size of its JSON, in bytes; 0 for a delivery.</param>
/// <param name="Payload">The beginning of its JSON, in UTF-8; empty for a delivery.</param>
/// <param name="Sockets">The number of sockets; 0 for a publish.</param>
public sealed record TailEvent(
    string Channel, PublishId Id, long? Offset, long At, string? Backend, int Size, ReadOnlyMemory<byte> Payload, int Sockets)
{
    /// <summary>The largest part of a notification that a tail shows, in bytes.</summary>
    public const int MaxPayload = 4096;

    /// <summary>Gets whether the notification was published, and not delivered.</summary>
    public bool IsPublish => Backend is not null;
}
