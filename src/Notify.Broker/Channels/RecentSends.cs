namespace Notify.Broker.Channels;

/// <summary>
/// Remembers which sends a channel has just ordered, so that one that is asked again gets its first result. Retries are rare:
/// remembering is a queue append, and only a retry, or a send while retries are about, pays for a search.
/// Pure: time comes as an argument, in milliseconds of a monotonic clock.
/// </summary>
/// <param name="window">How long a send may still be asked again, in milliseconds.</param>
public sealed class RecentSends(long window)
{
    private readonly Queue<(SendId Id, long Offset, long At)> _sends = new();
    private long _retriesUntil = long.MinValue;

    /// <summary>The offset that <paramref name="id"/> got, or null when it is not known.</summary>
    /// <param name="id">The send.</param>
    /// <param name="isRetry">Whether the sender asks again.</param>
    /// <param name="now">The present.</param>
    public long? Find(SendId id, bool isRetry, long now)
    {
        if (isRetry)
        {
            // A retry may overtake the first attempt, so first attempts are searched as well for a while.
            _retriesUntil = now + window;
        }
        else if (now > _retriesUntil)
        {
            return null;
        }

        foreach (var send in _sends)
        {
            if (send.Id == id)
            {
                return send.Offset;
            }
        }

        return null;
    }

    /// <summary>Remembers that <paramref name="id"/> got <paramref name="offset"/>.</summary>
    public void Add(SendId id, long offset, long now)
    {
        Forget(now);
        _sends.Enqueue((id, offset, now));
    }

    /// <summary>Forgets what nobody asks again.</summary>
    public void Forget(long now)
    {
        while (_sends.TryPeek(out var oldest) && now - oldest.At > window)
        {
            _sends.Dequeue();
        }

        if (_sends.Count == 0)
        {
            _sends.TrimExcess();
        }
    }
}
