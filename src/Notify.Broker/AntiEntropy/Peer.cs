using Akka.Actor;
using Notify.Broker.Messages;

namespace Notify.Broker.AntiEntropy;

/// <summary>What this node knows of another one.</summary>
/// <param name="address">Where it is.</param>
public sealed class Peer(Address address)
{
    private const long MaxBytes = 64L << 20;
    private const long MaxAge = 2_000;

    /// <summary>Where it is.</summary>
    public Address Address { get; } = address;

    /// <summary>The joins of this node's relays at its channels.</summary>
    public JoinSet Mine { get; } = new();

    /// <summary>The joins of its relays at this node's channels.</summary>
    public JoinSet Theirs { get; } = new();

    /// <summary>How far its relays were told.</summary>
    public RecentOffsets Announced { get; } = new();

    /// <summary>What is under way to it.</summary>
    public PeerAccount Account { get; } = new(MaxBytes, MaxAge);

    /// <summary>Tells one of its relays; when it is behind, only notes what there is to be read.</summary>
    public void Deliver(IActorRef relay, Deliver message)
    {
        Announced.Set(message);
        if (Account.TryCharge(message.Notification.Cost))
        {
            relay.Tell(message);
        }
    }
}
