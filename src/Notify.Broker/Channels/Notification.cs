namespace Notify.Broker.Channels;

/// <summary>Represents a notification that the channel's owner has ordered. It is immutable, and all deliveries share it.</summary>
/// <param name="channel">The channel's name.</param>
/// <param name="position">Its position in the channel.</param>
/// <param name="id">Its publish id.</param>
/// <param name="at">The owner's clock when it was ordered, in Unix milliseconds. It may go back, and never decides an order.</param>
/// <param name="payload">The notification's JSON, in UTF-8, as published.</param>
public sealed class Notification(string channel, Position position, PublishId id, long at, ReadOnlyMemory<byte> payload)
{
    /// <summary>The content of a notification that was recalled, or is gone: the JSON null.</summary>
    public static readonly ReadOnlyMemory<byte> RemovedContent = "null"u8.ToArray();

    /// <summary>The memory of a notification in addition to its content, in bytes.</summary>
    private const int Overhead = 160;

    /// <summary>Gets the channel's name.</summary>
    public string Channel { get; } = channel;

    /// <summary>Gets its position in the channel.</summary>
    public Position Position { get; } = position;

    /// <summary>Gets its offset, 1 for the first of an epoch.</summary>
    public long Offset => Position.Offset;

    /// <summary>Gets its publish id.</summary>
    public PublishId Id { get; } = id;

    /// <summary>Gets the owner's clock when it was ordered, in Unix milliseconds.</summary>
    public long At { get; } = at;

    /// <summary>Gets the notification's JSON, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>Gets the fields beside the notification, as a JSON object in UTF-8; empty for none.</summary>
    public ReadOnlyMemory<byte> Meta { get; init; }

    /// <summary>Gets whether it was removed from its inbox. It keeps its offset, and nobody is told of it.</summary>
    public bool IsGone { get; private init; }

    /// <summary>Gets the size of its content in bytes.</summary>
    public int Size => Payload.Length + Meta.Length;

    /// <summary>Gets the memory that it is charged for, in bytes.</summary>
    public int Cost => Size + Overhead;

    /// <summary>Returns it with fields beside the notification.</summary>
    public Notification With(ReadOnlyMemory<byte> meta) => meta.IsEmpty ? this : new(Channel, Position, Id, At, Payload) { Meta = meta };

    /// <summary>Returns it without its content, after it was removed from its inbox.</summary>
    public Notification WithoutContent() => IsGone ? this : new(Channel, Position, Id, At, RemovedContent) { IsGone = true };
}
