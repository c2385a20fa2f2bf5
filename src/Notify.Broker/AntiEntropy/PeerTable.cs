using System.Collections.Concurrent;
using Akka.Actor;

namespace Notify.Broker.AntiEntropy;

/// <summary>Holds the state of the other nodes with which this node exchanges messages.</summary>
public sealed class PeerTable
{
    private readonly ConcurrentDictionary<Address, Peer> _peers = new();

    /// <summary>Gets all nodes.</summary>
    public IEnumerable<Peer> All => _peers.Select(peer => peer.Value);

    /// <summary>Returns the node of an actor; null for this node.</summary>
    public Peer? Of(IActorRef actor) => actor.Path.Address is { HasGlobalScope: true } address ? At(address) : null;

    /// <summary>Returns the node at an address.</summary>
    public Peer At(Address address) => _peers.GetOrAdd(address, static address => new Peer(address));

    /// <summary>Removes a node that has left the cluster. A later node at the same address is a different one.</summary>
    public Peer? Remove(Address address) => _peers.TryRemove(address, out var peer) ? peer : null;
}
