using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates the relay of a node: the real decisions, without an actor.</summary>
internal sealed class SimulatedRelay
{
    private bool _isDead;

    public SimulatedRelay(SimulatedCluster world, SimulatedNode node)
    {
        Node = node;
        State = new RelayState(
            Id,
            new RelayLimits(TimeSpan.FromMilliseconds(SimulatedCluster.Retry), TimeSpan.FromMilliseconds(SimulatedCluster.JoinTimeout), 3),
            message => world.ToOwner(message, this),
            AwaitRoom,
            () => world.FoundGap(),
            _ => { },
            new DeliveryCounter());
        Now = () => world.Now;
    }

    public RelayId Id { get; } = RelayId.New();

    public SimulatedNode Node { get; }

    public RelayState State { get; }

    public Func<long> Now { get; }

    private void AwaitRoom(string channel, Subscription subscription) =>
        subscription.Subscriber.WhenRoom(() => State.Continue(channel, subscription, Now()));

    /// <summary>Ends its sockets. Further messages to it are lost.</summary>
    public void Die()
    {
        _isDead = true;
        State.End(EndReason.Restart);
    }

    public void Receive(IRelayMessage message, SimulatedNode? sender, long now)
    {
        if (_isDead)
        {
            return;
        }

        switch (message)
        {
            case Deliver deliver:
                State.OnDeliver(deliver, default, now);
                break;
            case ChannelJoined joined:
                State.OnJoined(joined, Node.PeerAt(sender!), now);
                break;
            case HistoryPage page:
                State.OnPage(page, now);
                break;
            case ChannelStopped gone:
                State.OnChannelStopped(gone, now);
                break;
            case OffsetAnnouncement told:
                State.OnAnnounced(told, now);
                break;
            case ProbeJoin probe:
                State.OnProbe(probe);
                break;
        }
    }
}
