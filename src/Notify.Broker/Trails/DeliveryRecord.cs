using Notify.Broker.Channels;
using Notify.Protocol;

namespace Notify.Broker.Trails;

/// <summary>
/// Records what one relay of this node did with a notification: to how many sockets it went, and how many of them it reached.
/// </summary>
/// <param name="notification">The notification.</param>
/// <param name="now">When the relay handled it, in Unix milliseconds.</param>
/// <param name="isFollowed">Whether the writes are counted.</param>
/// <param name="time">The clock.</param>
public sealed class DeliveryRecord(Notification notification, long now, bool isFollowed, TimeProvider time) : IWriteObserver
{
    /// <summary>The memory of a record, in bytes.</summary>
    internal const int Cost = 136;

    private int _written;
    private int _dropped;
    private int _firstWrite = -1;
    private int _lastWrite;

    /// <summary>Gets the id of the notification.</summary>
    public PublishId Id { get; } = notification.Id;

    /// <summary>Gets the channel.</summary>
    public string Channel { get; } = notification.Channel;

    /// <summary>Gets the offset of the notification.</summary>
    public long Offset { get; } = notification.Offset;

    /// <summary>Gets when the relay handled the notification, in Unix milliseconds.</summary>
    public long At { get; } = now;

    /// <summary>Gets or sets the number of sockets for which the notification was queued.</summary>
    public int Sockets { get; set; }

    /// <summary>Gets the number of sockets to which it was written; null when there are too many to count.</summary>
    public int? Written => isFollowed ? Volatile.Read(ref _written) : null;

    /// <summary>Gets the number of sockets that ended before; null when there are too many to count.</summary>
    public int? Dropped => isFollowed ? Volatile.Read(ref _dropped) : null;

    /// <summary>Gets when it was first written, in Unix milliseconds; null when it was not, or is not known.</summary>
    public long? FirstWriteAt => Volatile.Read(ref _firstWrite) is >= 0 and var after ? At + after : null;

    /// <summary>Gets when it was last written, in Unix milliseconds; null when it was not, or is not known.</summary>
    public long? LastWriteAt => FirstWriteAt is null ? null : At + Volatile.Read(ref _lastWrite);

    /// <inheritdoc />
    void IWriteObserver.Written()
    {
        var after = (int)Math.Clamp(time.GetUtcNow().ToUnixTimeMilliseconds() - At, 0, int.MaxValue);
        Interlocked.CompareExchange(ref _firstWrite, after, -1);
        Volatile.Write(ref _lastWrite, after);
        Interlocked.Increment(ref _written);
    }

    /// <inheritdoc />
    void IWriteObserver.Dropped() => Interlocked.Increment(ref _dropped);
}
