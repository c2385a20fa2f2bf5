using System.Collections.Concurrent;

namespace Notify.Storage;

/// <summary>The channels that live on this node, by their rows: their heads stay, however long they are quiet. Safe from any thread.</summary>
internal sealed class OwnedChannels
{
    // A channel may be claimed anew before its former owner here has let go of it.
    private readonly ConcurrentDictionary<long, int> _rows = new();

    /// <summary>All of them, as they are now.</summary>
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
