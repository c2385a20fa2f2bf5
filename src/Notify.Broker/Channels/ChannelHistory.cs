namespace Notify.Broker.Channels;

/// <summary>
/// The notifications of one channel that are in memory: a gapless run that ends with the newest. Only prefixes are taken away.
/// Pure: time comes as an argument, in milliseconds of a monotonic clock.
/// </summary>
/// <param name="size">How many are kept by count.</param>
/// <param name="ttl">How long one is kept, in milliseconds.</param>
/// <param name="maxBytes">What they may cost, in bytes, however young they are.</param>
/// <param name="floor">The offset before the first that it will be given.</param>
public sealed class ChannelHistory(int size, long ttl, long maxBytes = long.MaxValue, long floor = 0)
{
    /// <summary>
    /// How long the count does not apply, in milliseconds: a relay that lost its link for seconds must still find what it missed,
    /// however busy the channel is.
    /// </summary>
    public const long Grace = 60_000;

    private readonly Queue<(Notification Notification, long Kept)> _entries = new();

    /// <summary>How many notifications are kept.</summary>
    public int Count => _entries.Count;

    /// <summary>What they cost, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>When the oldest was kept, or null when there is none.</summary>
    public long? OldestStored => _entries.TryPeek(out var oldest) ? oldest.Kept : null;

    /// <summary>The offset before the oldest that is kept: a reader at or after it can be served.</summary>
    public long Floor { get; private set; } = floor;

    /// <summary>The offset of the newest that it was given.</summary>
    public long Newest => Floor + _entries.Count;

    /// <summary>Keeps <paramref name="notification"/>, the next of its channel.</summary>
    public void Append(Notification notification, long now)
    {
        _entries.Enqueue((notification, now));
        Bytes += notification.Cost;
        ShrinkTo(maxBytes);
        Trim(now);
    }

    /// <summary>Takes away what is too old, and what is too much and older than <see cref="Grace"/>.</summary>
    public void Trim(long now)
    {
        while (_entries.TryPeek(out var oldest))
        {
            var age = now - oldest.Kept;
            if (age < ttl && (_entries.Count <= size || age < Grace))
            {
                break;
            }

            RemoveOldest();
        }
    }

    /// <summary>Takes away the oldest until at most <paramref name="bytes"/> are left.</summary>
    public void ShrinkTo(long bytes)
    {
        while (Bytes > bytes)
        {
            RemoveOldest();
        }
    }

    /// <summary>
    /// Reads what follows <paramref name="after"/>, up to and including <paramref name="upTo"/>, until <paramref name="maxBytes"/>
    /// are full; always at least one where there is one. Null when a part of it is gone.
    /// </summary>
    public IReadOnlyList<Notification>? Read(long after, long upTo, int maxBytes)
    {
        if (after < Floor)
        {
            return null;
        }

        var page = new List<Notification>();
        var bytes = 0;
        foreach (var (notification, _) in _entries)
        {
            if (notification.Offset <= after)
            {
                continue;
            }

            if (notification.Offset > upTo || (page.Count > 0 && bytes + notification.Cost > maxBytes))
            {
                break;
            }

            page.Add(notification);
            bytes += notification.Cost;
        }

        return page;
    }

    /// <summary>The identity of the notification at <paramref name="offset"/>; null when it is not in memory.</summary>
    public PublishId? IdAt(long offset)
    {
        foreach (var (notification, _) in offset > Floor && offset <= Newest ? _entries : [])
        {
            if (notification.Offset == offset)
            {
                return notification.Id;
            }
        }

        return null;
    }

    private void RemoveOldest()
    {
        var (oldest, _) = _entries.Dequeue();
        Bytes -= oldest.Cost;
        Floor = oldest.Offset;
        if (_entries.Count == 0)
        {
            _entries.TrimExcess();
        }
    }
}
