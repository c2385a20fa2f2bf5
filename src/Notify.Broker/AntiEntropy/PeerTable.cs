using System.Collections.Concurrent;
using Akka.Actor;

namespace Notify.Broker.AntiEntropy;

/// <summary>The other nodes that this one has something to do with.</summary>
public sealed class PeerTable
{
    private readonly ConcurrentDictionary<Address, Peer> _peers = new();

    /// <summary>All of them.</summary>
    public IEnumerable<Peer> All => _peers.Select(peer => peer.Value);

    /// <summary>The node on which an actor lives; null for this one.</summary>
    public Peer? Of(IActorRef actor) => actor.Path.Address is { HasGlobalScope: true } address ? At(address) : null;

    /// <summary>The node at an address.</summary>
    public Peer At(Address address) => _peers.GetOrAdd(address, static address => new Peer(address));

    /// <summary>A node that is no member any more. Whoever comes at its address later is another one.</summary>
    public Peer? Remove(Address address) => _peers.TryRemove(address, out var peer) ? peer : null;
}
