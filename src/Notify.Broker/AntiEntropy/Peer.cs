using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.AntiEntropy;

/// <summary>Holds this node's state of another node.</summary>
/// <param name="address">The node's address.</param>
public sealed class Peer(Address address)
{
    private const long MaxBytes = 64L << 20;
    private const long MaxAge = 2_000;

    /// <summary>Gets the node's address.</summary>
    public Address Address { get; } = address;

    /// <summary>Gets the joins of this node's relays at the other node's channels.</summary>
    public JoinSet Mine { get; } = new();

    /// <summary>Gets the joins of the other node's relays at this node's channels.</summary>
    public JoinSet Theirs { get; } = new();

    /// <summary>Gets the latest offsets delivered to the other node's relays.</summary>
    public RecentOffsets Announced { get; } = new();

    /// <summary>Gets the account of the data under way to the other node.</summary>
    public PeerAccount Account { get; } = new(MaxBytes, MaxAge);

    /// <summary>
    /// Delivers a notification to one of the node's relays. If the node is behind, only records the offset, so that the relay can read it
    /// later.
    /// </summary>
    public void Deliver(IActorRef relay, Deliver message)
    {
        Announced.Set(message);
        if (Account.TryCharge(message.Notification.Cost))
        {
            relay.Tell(message);
        }
    }

    /// <summary>Tells one of the node's relays of an inbox, in the same way.</summary>
    public void Tell(IActorRef relay, InboxTold message)
    {
        Announced.Set(message);
        if (Account.TryCharge(message.Cost))
        {
            relay.Tell(message);
        }
    }
}
