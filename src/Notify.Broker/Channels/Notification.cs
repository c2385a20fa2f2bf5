namespace Notify.Broker.Channels;

/// <summary>What a backend sent to one channel, ordered by the channel's owner. Immutable and shared by everything that tells it.</summary>
/// <param name="channel">The channel's name.</param>
/// <param name="position">Its place in the channel.</param>
/// <param name="id">The identity of the send.</param>
/// <param name="at">The owner's clock when it was ordered, in Unix milliseconds; it may go back and never orders anything.</param>
/// <param name="payload">The notification's JSON, UTF-8, as it was sent.</param>
public sealed class Notification(string channel, Position position, PublishId id, long at, ReadOnlyMemory<byte> payload)
{
    /// <summary>What a notification costs beside its payload while it is kept, in bytes.</summary>
    private const int Overhead = 160;

    /// <summary>The channel's name.</summary>
    public string Channel { get; } = channel;

    /// <summary>Its place in the channel.</summary>
    public Position Position { get; } = position;

    /// <summary>Its offset, 1 for the first of an epoch.</summary>
    public long Offset => Position.Offset;

    /// <summary>The identity of the send.</summary>
    public PublishId Id { get; } = id;

    /// <summary>The owner's clock when it was ordered, in Unix milliseconds.</summary>
    public long At { get; } = at;

    /// <summary>The notification's JSON, UTF-8.</summary>
    public ReadOnlyMemory<byte> Payload { get; } = payload;

    /// <summary>What keeping it is charged, in bytes.</summary>
    public int Cost => Payload.Length + Overhead;
}
