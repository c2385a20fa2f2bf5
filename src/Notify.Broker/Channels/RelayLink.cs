using Akka.Actor;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>Delivers to one relay and charges the account that bounds its undelivered notifications.</summary>
/// <param name="Ref">The relay.</param>
/// <param name="Account">Its account if the relay is on this node, else null.</param>
/// <param name="Peer">Its node if that is another one, else null.</param>
internal readonly record struct RelayLink(IActorRef Ref, DeliveryAccount? Account, Peer? Peer)
{
    /// <summary>Delivers a notification.</summary>
    public void Deliver(Deliver message)
    {
        if (Peer is not null)
        {
            Peer.Deliver(Ref, message);
            return;
        }

        Account?.Charge(message.Notification.Cost);
        Ref.Tell(message);
    }

    /// <summary>Tells of an inbox.</summary>
    public void Tell(InboxTold message)
    {
        if (Peer is not null)
        {
            Peer.Tell(Ref, message);
        }
        else
        {
            Ref.Tell(message);
        }
    }
}
