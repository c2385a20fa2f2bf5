using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Tests.Simulation;

/// <summary>Simulates the relay of a node: the real decisions, without an actor.</summary>
internal sealed class SimulatedRelay
{
    private readonly HashSet<(string Channel, Position Position)> _removed = [];
    private bool _isDead;
    private bool _isAnnouncing;

    public SimulatedRelay(SimulatedCluster world, SimulatedNode node)
    {
        Node = node;
        State = new RelayState(
            Id,
            new RelayLimits(TimeSpan.FromMilliseconds(SimulatedCluster.Retry), TimeSpan.FromMilliseconds(SimulatedCluster.JoinTimeout), 3),
            message =>
            {
                world.ToOwner(message, this);
                world.Repairs += _isAnnouncing && message is WatchInbox ? 1 : 0;
            },
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

    /// <summary>Returns whether the relay was told that a notification is gone, and has not received it since.</summary>
    public bool HasRemoved(string channel, Position position) => _removed.Contains((channel, position));

    private void Arrive(IReadOnlyList<Notification> notifications) => _removed.ExceptWith(
        notifications.Where(each => !each.IsGone).Select(each => (each.Channel, each.Position)));

    public void Receive(IRelayMessage message, SimulatedNode? sender, long now)
    {
        if (_isDead)
        {
            return;
        }

        switch (message)
        {
            case Deliver deliver:
                Arrive([deliver.Notification]);
                State.OnDeliver(deliver, default, now);
                break;
            case ChannelJoined joined:
                State.OnJoined(joined, Node.PeerAt(sender!), now);
                break;
            case HistoryPage page:
                Arrive(page.Notifications ?? []);
                State.OnPage(page, now);
                break;
            case ChannelStopped gone:
                State.OnChannelStopped(gone, now);
                break;
            case OffsetAnnouncement told:
                _isAnnouncing = true;
                State.OnAnnounced(told, now);
                _isAnnouncing = false;
                break;
            case InboxTold inbox:
                State.OnInbox(inbox, now);
                break;
            case ItemsRemoved removed:
                _removed.UnionWith(removed.Offsets.Offsets.Select(offset => (removed.Channel, new Position(removed.Epoch, offset))));
                State.OnRemoved(removed);
                break;
            case ProbeJoin probe:
                State.OnProbe(probe);
                break;
        }
    }
}
