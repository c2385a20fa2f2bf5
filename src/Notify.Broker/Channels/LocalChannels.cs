using System.Collections.Concurrent;
using Akka.Actor;

namespace Notify.Broker.Channels;

/// <summary>
/// The channels that live on this node, and what their histories cost together. Each channel keeps its own entry true; one scan
/// reads them all, so that no channel needs a timer.
/// </summary>
public sealed class LocalChannels
{
    /// <summary>How many bytes the channels of a node may hold back together, so that a store that hangs costs no memory.</summary>
    public const long MaxReserved = 32L << 20;

    private readonly ConcurrentDictionary<string, ChannelEntry> _entries = new(StringComparer.Ordinal);
    private long _bytes;
    private long _reserved;

    /// <summary>How many channels live here.</summary>
    public int Count => _entries.Count;

    /// <summary>What their histories cost, in bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>What the channels hold back until their store has answered, in bytes.</summary>
    public long Reserved => Volatile.Read(ref _reserved);

    /// <summary>The entries of all channels, in no order.</summary>
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

    /// <summary>Charges what is to be held back. False when that is more than <see cref="MaxReserved"/> together.</summary>
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

    /// <summary>The actor of a channel, where it lives here and takes what it is asked.</summary>
    internal IActorRef? Find(string name) => _entries.TryGetValue(name, out var entry) && !entry.IsLeaving ? entry.Channel : null;

    internal void Add(ChannelEntry entry) => _entries[entry.Name] = entry;

    internal void Remove(ChannelEntry entry)
    {
        _entries.TryRemove(KeyValuePair.Create(entry.Name, entry));
        Update(entry, 0);
    }

    internal void Update(ChannelEntry entry, long bytes)
    {
        Interlocked.Add(ref _bytes, bytes - entry.Bytes);
        entry.Bytes = bytes;
    }
}
