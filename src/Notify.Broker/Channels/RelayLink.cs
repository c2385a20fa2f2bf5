using Akka.Actor;
using Notify.Broker.Messages;
using Notify.Broker.Relays;

namespace Notify.Broker.Channels;

/// <summary>How a relay is told: by its ref, and, when it shares this node's memory, against its account.</summary>
/// <param name="Ref">The relay.</param>
/// <param name="Account">Its account; null for a relay of another node.</param>
internal readonly record struct RelayLink(IActorRef Ref, DeliveryAccount? Account)
{
    /// <summary>Tells a notification.</summary>
    public void Tell(Deliver message)
    {
        Account?.Charge(message.Notification.Cost);
        Ref.Tell(message);
    }
}
