using Akka.Actor;
using Notify.Broker.Messages;
using Notify.Broker.AntiEntropy;
using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>How a relay is told: against the account of whoever has to deliver it.</summary>
/// <param name="Ref">The relay.</param>
/// <param name="Account">Its account, when it shares this node's memory.</param>
/// <param name="Peer">Its node, when that is another one.</param>
internal readonly record struct RelayLink(IActorRef Ref, DeliveryAccount? Account, Peer? Peer)
{
    /// <summary>Tells a notification.</summary>
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
}
