using System.Collections.Concurrent;

namespace Notify.Server.Access;

/// <summary>
/// Remembers values until they expire. When they cost too much together, the expired ones are removed, and if that is not enough, others at
/// random until an eighth of the room is free. Safe to use from any thread.
/// </summary>
/// <typeparam name="TKey">The keys.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
/// <param name="maxCost">The highest sum of the costs.</param>
internal sealed class BoundedCache<TKey, TValue>(long maxCost)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly Lock _trimming = new();
    private long _cost;

    /// <summary>Gets the number of values, expired ones among them.</summary>
    public int Count => _entries.Count;

    /// <summary>Gets the sum of the costs.</summary>
    public long Cost => Volatile.Read(ref _cost);

    /// <summary>Finds a value that has not expired.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">The present, in the unit of the expiry.</param>
    /// <param name="value">The value.</param>
    public bool TryGet(TKey key, long now, out TValue value)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            if (now < entry.ExpiresAt)
            {
                value = entry.Value;
                return true;
            }

            Remove(key, entry);
        }

        value = default!;
        return false;
    }

    /// <summary>Remembers a value instead of the one that has the key. Ignores values that cost more than there is room.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="cost">The cost: bytes, or 1 when the values are counted.</param>
    /// <param name="expiresAt">The end, in any unit.</param>
    /// <param name="now">The present, in the same unit.</param>
    public void Set(TKey key, TValue value, long cost, long expiresAt, long now)
    {
        if (cost > maxCost || expiresAt <= now)
        {
            return;
        }

        var entry = new Entry(value, cost, expiresAt);
        while (!_entries.TryAdd(key, entry))
        {
            if (_entries.TryGetValue(key, out var former))
            {
                Remove(key, former);
            }
        }

        if (Interlocked.Add(ref _cost, cost) > maxCost)
        {
            Trim(now);
        }
    }

    private void Trim(long now)
    {
        lock (_trimming)
        {
            if (Cost <= maxCost)
            {
                return;
            }

            foreach (var (key, entry) in _entries)
            {
                if (entry.ExpiresAt <= now)
                {
                    Remove(key, entry);
                }
            }

            // The order of a hash table is as good as random.
            foreach (var (key, entry) in _entries)
            {
                if (Cost <= maxCost - (maxCost / 8))
                {
                    return;
                }

                Remove(key, entry);
            }
        }
    }

    private void Remove(TKey key, Entry entry)
    {
        if (_entries.TryRemove(new KeyValuePair<TKey, Entry>(key, entry)))
        {
            Interlocked.Add(ref _cost, -entry.Cost);
        }
    }

    // Compared by reference, so that only the entry that was seen is removed.
    private sealed class Entry(TValue value, long cost, long expiresAt)
    {
        public TValue Value { get; } = value;

        public long Cost { get; } = cost;

        public long ExpiresAt { get; } = expiresAt;
    }
}
