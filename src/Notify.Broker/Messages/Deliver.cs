using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>One notification for one relay's subscribers.</summary>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">Its join.</param>
/// <param name="Notification">What was sent.</param>
public sealed record Deliver(RelayId Relay, long JoinNumber, Notification Notification) : IRelayMessage
{
    /// <inheritdoc />
    public string Channel => Notification.Channel;

    /// <summary>Whether it came from another node. Not a part of the message: who reads it from the wire says so.</summary>
    internal bool IsFromPeer { get; init; }
}
