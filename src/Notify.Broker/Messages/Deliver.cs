using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Delivers one notification to a relay.</summary>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="Notification">The notification.</param>
public sealed record Deliver(RelayId Relay, long JoinNumber, Notification Notification) : IRelayMessage
{
    /// <inheritdoc />
    public string Channel => Notification.Channel;

    /// <summary>Gets whether the message came from another node. This is not serialized; the deserializer sets it.</summary>
    internal bool IsFromPeer { get; init; }
}
