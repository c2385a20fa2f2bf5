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

    /// <summary>Gets the marks; null when the channel is not an inbox.</summary>
    public SimulatedInbox? Inbox { get; init; }

    /// <summary>Forgets a join.</summary>
    /// <param name="relay">The relay.</param>
    /// <param name="joinNumber">The join; null when there was none.</param>
    /// <param name="isAgain">Whether the same join has arrived again.</param>
    public void Forget(RelayId relay, long? joinNumber, bool isAgain = false)
    {
        if (!isAgain)
        {
            Inbox?.Watchers.Remove(relay);
        }

        if (joinNumber is { } ended && Links.TryGetValue(relay, out var link))
        {
            Node.PeerAt(link.Node).Theirs.Remove(new JoinKey(State.Name, relay, ended));
        }
    }
}
