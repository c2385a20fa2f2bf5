using Notify.Broker.Inboxes;

namespace Notify.Broker.Channels;

/// <summary>
/// Holds the notifications of one channel in memory: consecutive offsets up to the newest. Only the oldest are removed.
/// It has no clock: time comes as an argument, in milliseconds of a monotonic clock.
/// </summary>
/// <param name="size">The number of notifications to hold.</param>
/// <param name="ttl">How long a notification is held, in milliseconds.</param>
/// <param name="maxBytes">The limit of their memory, in bytes, whatever their age.</param>
/// <param name="floor">The offset before the first notification.</param>
public sealed class ChannelHistory(int size, long ttl, long maxBytes = long.MaxValue, long floor = 0)
{
    /// <summary>
    /// The age up to which the count does not apply, in milliseconds. A relay that lost its connection for seconds must still find the
    /// notifications that it missed, even in a busy channel.
    /// </summary>
    public const long Grace = 60_000;

    private readonly Queue<(Notification Notification, long StoredAt)> _entries = new();

    /// <summary>Gets the number of notifications in memory.</summary>
    public int Count => _entries.Count;

    /// <summary>Gets their memory, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets the time at which the oldest was stored, or null if there is none.</summary>
    public long? OldestStored => _entries.TryPeek(out var oldest) ? oldest.StoredAt : null;

    /// <summary>Gets the offset before the oldest in memory. Reads that start at or after it can be served.</summary>
    public long Floor { get; private set; } = floor;

    /// <summary>Gets the offset of the newest notification that was appended.</summary>
    public long Newest => Floor + _entries.Count;

    /// <summary>Appends <paramref name="notification"/>, the next of its channel.</summary>
    public void Append(Notification notification, long now)
    {
        _entries.Enqueue((notification, now));
        Bytes += notification.Cost;
        ShrinkTo(maxBytes);
        Trim(now);
    }

    /// <summary>Removes expired notifications, and those beyond the count that are older than <see cref="Grace"/>.</summary>
    public void Trim(long now)
    {
        while (_entries.TryPeek(out var oldest))
        {
            var age = now - oldest.StoredAt;
            if (age < ttl && (_entries.Count <= size || age < Grace))
            {
                break;
            }

            RemoveOldest();
        }
    }

    /// <summary>Removes the content of notifications that are gone from their inbox.</summary>
    public void RemoveContent(RangeSet gone)
    {
        for (var count = _entries.Count; count > 0; count--)
        {
            var (notification, storedAt) = _entries.Dequeue();
            var kept = gone.Contains(notification.Offset) ? notification.WithoutContent() : notification;
            Bytes += kept.Cost - notification.Cost;
            _entries.Enqueue((kept, storedAt));
        }
    }

    /// <summary>Removes the oldest until at most <paramref name="bytes"/> remain.</summary>
    public void ShrinkTo(long bytes)
    {
        while (Bytes > bytes)
        {
            RemoveOldest();
        }
    }

    /// <summary>
    /// Reads the notifications after <paramref name="after"/>, up to and including <paramref name="upTo"/>, until they fill
    /// <paramref name="maxBytes"/>, but at least one if there is one. Null if some of them are no longer in memory.
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

    /// <summary>Gets the publish id of the notification at <paramref name="offset"/>; null if it is not in memory.</summary>
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
