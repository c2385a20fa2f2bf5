using Akka.Actor;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Messages;

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

    /// <summary>
    /// Sends the joins of this node's relay to another node, which reconciles the differences and announces its latest offsets.
    /// </summary>
    public void Exchange(SimulatedNode channels, SimulatedNetwork network)
    {
        var (mine, theirs) = (PeerAt(channels).Mine, channels.PeerAt(this).Theirs);
        foreach (var bucket in mine.Digest().Differences(theirs.Digest()))
        {
            var known = theirs.List(bucket).Select(join => join.Join).ToHashSet();
            foreach (var join in mine.List(bucket).Select(join => join.Join).Where(join => !known.Remove(join)))
            {
                network.Add(new Packet(new ChannelStopped(join.Channel, join.Relay, join.JoinNumber), ToNode: this));
            }

            foreach (var join in known)
            {
                network.Add(new Packet(new ProbeJoin(join.Channel, join.Relay, join.JoinNumber), ToNode: this));
            }
        }

        foreach (var told in channels.PeerAt(this).Announced.Drain())
        {
            network.Add(new Packet(told, ToNode: this));
        }
    }
}
