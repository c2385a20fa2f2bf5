using Akka.Actor;
using Notify.Broker;
using Notify.Broker.Messages;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Benchmarks.Scale;

/// <summary>Simulates a relay: the real state and its messages, as <see cref="RelayActor"/> has them, without an actor.</summary>
internal sealed class SimulatedRelay
{
    private readonly SimulatedCluster _cluster;

    public SimulatedRelay(SimulatedCluster cluster, SimulatedNode node, BrokerOptions options)
    {
        _cluster = cluster;
        Node = node;
        Id = new RelayId(cluster.NextGuid());
        State = new RelayState(
            Id,
            new RelayLimits(options.RetryInterval, options.JoinTimeout, options.MaxJoinsUnderWay),
            message => cluster.ToOwner(node, message, this, node),
            (_, _) => { },
            () => cluster.Gaps++,
            _ => { },
            new DeliveryCounter());
        Local = Ref(new Address("akka", "notify"));
        Remote = Ref(node.Address);
        node.LocalRelays.Add(Id, Account, () => State.Channels);
    }

    /// <summary>Gets its id.</summary>
    public RelayId Id { get; }

    /// <summary>Gets its node.</summary>
    public SimulatedNode Node { get; }

    /// <summary>Gets its decisions.</summary>
    public RelayState State { get; }

    /// <summary>Gets the account of its undelivered bytes.</summary>
    public DeliveryAccount Account { get; } = new(long.MaxValue);

    /// <summary>Gets it as its own node sees it.</summary>
    public IActorRef Local { get; }

    /// <summary>Gets it as other nodes see it.</summary>
    public IActorRef Remote { get; }

    /// <summary>Handles a message of a node.</summary>
    public void Receive(IRelayMessage message, SimulatedNode from)
    {
        var now = _cluster.Now;
        switch (message)
        {
            case Deliver deliver:
                State.OnDeliver(deliver, default, now);
                if (from == Node)
                {
                    Account.Release(deliver.Notification.Cost);
                }

                break;
            case ChannelJoined joined:
                State.OnJoined(joined, from == Node ? null : Node.PeerAt(from), now);
                break;
            case HistoryPage page:
                State.OnPage(page, now);
                break;
            case ChannelStopped stopped:
                State.OnChannelStopped(stopped, now);
                break;
            case OffsetAnnouncement announced:
                State.OnAnnounced(announced, now);
                break;
            case ProbeJoin probe:
                State.OnProbe(probe);
                break;
        }
    }

    private SimulatedRef Ref(Address address) => new(
        new RootActorPath(address) / "user" / RelaysActor.Name / "$a",
        message => _cluster.Send(_cluster.Current, Node, (IClusterMessage)message, this));
}
