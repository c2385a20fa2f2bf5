using System.Collections.Concurrent;

namespace Notify.Storage;

/// <summary>
/// Holds the row ids of the channels that this node owns. Their head rows are not removed, however long the channels are inactive. Safe to
/// use from any thread.
/// </summary>
internal sealed class OwnedChannels
{
    // A count, because a channel may be claimed again before its former owner on this node has released it.
    private readonly ConcurrentDictionary<long, int> _rows = new();

    /// <summary>Gets a snapshot of all row ids.</summary>
    public IEnumerable<long> All => _rows.Keys;

    public bool Contains(long row) => _rows.ContainsKey(row);

    public void Add(long row) => _rows.AddOrUpdate(row, 1, static (_, count) => count + 1);

    public void Remove(long row)
    {
        while (_rows.TryGetValue(row, out var count))
        {
            if (count == 1 ? _rows.TryRemove(new(row, 1)) : _rows.TryUpdate(row, count - 1, count))
            {
                return;
            }
        }
    }
}
