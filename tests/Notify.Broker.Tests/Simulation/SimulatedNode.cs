using Akka.Actor;
using Notify.Broker.AntiEntropy;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates a process: a relay, channels, and its state of the other nodes.</summary>
internal sealed class SimulatedNode
{
    public SimulatedNode(SimulatedCluster world)
    {
        Relay = new SimulatedRelay(world, this);
    }

    public SimulatedRelay Relay { get; set; }

    public Dictionary<SimulatedNode, Peer> Peers { get; } = [];

    public Peer PeerAt(SimulatedNode other)
    {
        if (!Peers.TryGetValue(other, out var peer))
        {
            Peers.Add(other, peer = new Peer(Address.AllSystems));
        }

        return peer;
    }
}
