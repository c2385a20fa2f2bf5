using System.Runtime.InteropServices;
using Notify.Broker.Relays;

namespace Notify.Broker.AntiEntropy;

/// <summary>Identifies one join of a channel by a relay on both nodes.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">The number of the join.</param>
public readonly record struct JoinKey(string Channel, RelayId Relay, long JoinNumber)
{
    /// <summary>
    /// Computes a hash that is the same on every node and in every version, so that two nodes can compare their joins without sending them:
    /// FNV-1a over the fields, with a finalizer so that every bit depends on all of them.
    /// </summary>
    public ulong Hash()
    {
        Span<byte> relay = stackalloc byte[16];
        Relay.Value.TryWriteBytes(relay);
        var hash = Add(14695981039346656037UL, MemoryMarshal.AsBytes(Channel.AsSpan()));
        hash = Add(hash, relay);
        hash ^= (ulong)JoinNumber;
        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCDUL;
        hash ^= hash >> 33;
        hash *= 0xC4CEB9FE1A85EC53UL;
        return hash ^ (hash >> 33);
    }

    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        return hash;
    }
}
