namespace Notify.Broker.Trails;

/// <summary>Keeps the newest records, up to a number. It grows as it is filled. Any thread may use it.</summary>
/// <param name="capacity">The largest number of records; 0 for none.</param>
internal sealed class RecordRing<T>(int capacity)
    where T : class
{
    private const int ChunkSize = 1024;

    private readonly Lock _lock = new();
    private readonly T?[]?[] _chunks = new T?[]?[(capacity + ChunkSize - 1) / ChunkSize];
    private int _next;
    private int _count;

    /// <summary>Gets whether nothing is kept.</summary>
    public bool IsOff => capacity == 0;

    /// <summary>Gets the oldest record; null as long as none was forgotten.</summary>
    public T? OldestOfFull
    {
        get
        {
            lock (_lock)
            {
                return capacity > 0 && _count == capacity ? _chunks[_next / ChunkSize]![_next % ChunkSize] : null;
            }
        }
    }

    /// <summary>Adds a record, in place of the oldest one when the ring is full.</summary>
    public void Add(T record)
    {
        if (capacity == 0)
        {
            return;
        }

        lock (_lock)
        {
            var chunk = _chunks[_next / ChunkSize] ??= new T?[Math.Min(ChunkSize, capacity - _next)];
            Volatile.Write(ref chunk[_next % ChunkSize], record);
            _next = (_next + 1) % capacity;
            _count = Math.Min(_count + 1, capacity);
        }
    }

    /// <summary>Returns the records for which a condition holds, the oldest first, and the newest of them if there are too many.</summary>
    public IReadOnlyList<T> Find(Func<T, bool> condition, int limit)
    {
        int next, count;
        lock (_lock)
        {
            (next, count) = (_next, _count);
        }

        // Without the lock, for which deliveries would wait. What is added meanwhile takes the places of the oldest, and may be missed.
        var found = new List<T>();
        for (var age = 1; age <= count && found.Count < limit; age++)
        {
            var index = (next - age + capacity) % capacity;
            if (Volatile.Read(ref _chunks[index / ChunkSize]![index % ChunkSize]) is { } record && condition(record))
            {
                found.Add(record);
            }
        }

        found.Reverse();
        return found;
    }
}
