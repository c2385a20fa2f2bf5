namespace Notify.Broker.Channels;

/// <summary>
/// Remembers which sends a channel has just ordered, so that one that arrives again, because its sender asked again or the network
/// repeated it, gets its first result. Pure: time comes as an argument, in milliseconds of a monotonic clock.
/// </summary>
/// <param name="window">How long a send may still arrive again, in milliseconds.</param>
public sealed class RecentPublishes(long window)
{
    private Dictionary<PublishId, long>? _offsets;
    private Queue<(PublishId Id, long At)>? _order;

    /// <summary>When there is something to forget, or null when nothing is remembered.</summary>
    public long? ForgetAt => _order is { Count: > 0 } ? _order.Peek().At + window : null;

    /// <summary>The offset that <paramref name="id"/> got, or null when it is not known.</summary>
    public long? Find(PublishId id) => _offsets is not null && _offsets.TryGetValue(id, out var offset) ? offset : null;

    /// <summary>Remembers that <paramref name="id"/> got <paramref name="offset"/>.</summary>
    public void Add(PublishId id, long offset, long now)
    {
        Forget(now);
        (_offsets ??= [])[id] = offset;
        (_order ??= new Queue<(PublishId, long)>()).Enqueue((id, now));
    }

    /// <summary>Forgets what does not arrive again.</summary>
    public void Forget(long now)
    {
        while (ForgetAt <= now)
        {
            _offsets!.Remove(_order!.Dequeue().Id);
        }

        if (_order is { Count: 0 })
        {
            // A quiet channel keeps nothing.
            _order = null;
            _offsets = null;
        }
    }
}
