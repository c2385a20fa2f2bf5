namespace Notify.Broker.Channels;

/// <summary>
/// Remembers the recent publishes of a channel. One that arrives again, because its sender or the network repeated it, gets its first
/// result. It has no clock: time comes as an argument, in milliseconds of a monotonic clock.
/// </summary>
/// <param name="window">How long a publish may arrive again, in milliseconds.</param>
public sealed class RecentPublishes(long window)
{
    private Dictionary<PublishId, long>? _offsets;
    private Queue<(PublishId Id, long At)>? _order;

    /// <summary>Gets the time at which the oldest entry expires, or null if there is none.</summary>
    public long? ForgetAt => _order is { Count: > 0 } ? _order.Peek().At + window : null;

    /// <summary>Gets the offset of <paramref name="id"/>, or null if it is not known.</summary>
    public long? Find(PublishId id) => _offsets is not null && _offsets.TryGetValue(id, out var offset) ? offset : null;

    /// <summary>Adds <paramref name="id"/> with its <paramref name="offset"/>.</summary>
    public void Add(PublishId id, long offset, long now)
    {
        Forget(now);
        (_offsets ??= [])[id] = offset;
        (_order ??= new Queue<(PublishId, long)>()).Enqueue((id, now));
    }

    /// <summary>Removes expired entries.</summary>
    public void Forget(long now)
    {
        while (ForgetAt <= now)
        {
            _offsets!.Remove(_order!.Dequeue().Id);
        }

        if (_order is { Count: 0 })
        {
            // An idle channel uses no memory for this.
            _order = null;
            _offsets = null;
        }
    }
}
