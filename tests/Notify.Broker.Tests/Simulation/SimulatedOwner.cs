using Notify.Broker.AntiEntropy;
using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates the owner of a channel.</summary>
internal sealed class SimulatedOwner(ChannelState state, int claim, SimulatedNode node)
{
    public SimulatedNode Node { get; } = node;

    public int Claim { get; } = claim;

    public ChannelState State { get; } = state;

    public Dictionary<RelayId, SimulatedRelay> Links { get; } = [];

    public void Forget(RelayId relay, long? joinNumber)
    {
        if (joinNumber is { } ended && Links.TryGetValue(relay, out var link))
        {
            Node.PeerAt(link.Node).Theirs.Remove(new JoinKey(State.Name, relay, ended));
        }
    }
}
