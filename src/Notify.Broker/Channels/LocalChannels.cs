using System.Collections.Concurrent;
using Akka.Actor;
using Notify.Broker.Queries;

namespace Notify.Broker.Channels;

/// <summary>
/// Lists the channels of this node and the memory of their histories. Each channel updates its own entry. One scan reads all entries,
/// so that no channel needs a timer.
/// </summary>
public sealed class LocalChannels
{
    /// <summary>The number of bytes that all channels of a node may queue while their store does not answer.</summary>
    public const long MaxReserved = 32L << 20;

    private readonly ConcurrentDictionary<string, ChannelEntry> _entries = new(StringComparer.Ordinal);
    private long _bytes;
    private long _reserved;
    private int _probes;

    /// <summary>Gets the number of channels, without those of probes.</summary>
    public int Count => _entries.Count - Volatile.Read(ref _probes);

    /// <summary>Gets the memory of their histories, in bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Gets the size of the messages that wait for the store, in bytes.</summary>
    public long Reserved => Volatile.Read(ref _reserved);

    /// <summary>Gets the entries of all channels, in no order.</summary>
    public IEnumerable<ChannelEntry> Entries
    {
        get
        {
            foreach (var entry in _entries)
            {
                yield return entry.Value;
            }
        }
    }

    /// <summary>Charges a message that has to wait. Returns false if the total would exceed <see cref="MaxReserved"/>.</summary>
    internal bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _reserved, bytes) <= MaxReserved)
        {
            return true;
        }

        ReleaseReserved(bytes);
        return false;
    }

    internal void ReleaseReserved(long bytes) => Interlocked.Add(ref _reserved, -bytes);

    /// <summary>Gets the actor of a channel if it is on this node and not stopping.</summary>
    internal IActorRef? Find(string name) => _entries.TryGetValue(name, out var entry) && !entry.IsLeaving ? entry.Channel : null;

    internal void Add(ChannelEntry entry)
    {
        if (!_entries.ContainsKey(entry.Name) && RegionProbe.Owns(entry.Name))
        {
            Interlocked.Increment(ref _probes);
        }

        _entries[entry.Name] = entry;
    }

    internal void Remove(ChannelEntry entry)
    {
        if (_entries.TryRemove(KeyValuePair.Create(entry.Name, entry)) && RegionProbe.Owns(entry.Name))
        {
            Interlocked.Decrement(ref _probes);
        }

        Update(entry, 0);
    }

    internal void Update(ChannelEntry entry, long bytes)
    {
        Interlocked.Add(ref _bytes, bytes - entry.Bytes);
        entry.Bytes = bytes;
    }
}
