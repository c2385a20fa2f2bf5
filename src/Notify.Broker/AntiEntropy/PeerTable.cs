using System.Collections.Concurrent;
using Akka.Actor;

namespace Notify.Broker.AntiEntropy;

/// <summary>Holds the state of the other nodes with which this node exchanges messages.</summary>
public sealed class PeerTable
{
    private readonly ConcurrentDictionary<Address, Peer> _peers = new();
    private long _sentToRemoved;

    /// <summary>Gets all nodes.</summary>
    public IEnumerable<Peer> All => _peers.Select(peer => peer.Value);

    /// <summary>Gets the number of nodes that are behind, and the most bytes under way to one node.</summary>
    public (long Behind, long LargestQueue) Load => (
        _peers.Count(peer => peer.Value.Account.IsBehind),
        _peers.Select(peer => peer.Value.Account.Bytes).DefaultIfEmpty().Max());

    /// <summary>Gets the bytes of notifications that were sent to other nodes. It never decreases.</summary>
    public long Sent => Interlocked.Read(ref _sentToRemoved) + _peers.Sum(peer => peer.Value.Account.Charged);

    /// <summary>Returns the node of an actor; null for this node.</summary>
    public Peer? Of(IActorRef actor) => actor.Path.Address is { HasGlobalScope: true } address ? At(address) : null;

    /// <summary>Returns the node at an address.</summary>
    public Peer At(Address address) => _peers.GetOrAdd(address, static address => new Peer(address));

    /// <summary>Removes a node that has left the cluster. A later node at the same address is a different one.</summary>
    public Peer? Remove(Address address)
    {
        if (!_peers.TryRemove(address, out var peer))
        {
            return null;
        }

        Interlocked.Add(ref _sentToRemoved, peer.Account.Charged);
        return peer;
    }
}
