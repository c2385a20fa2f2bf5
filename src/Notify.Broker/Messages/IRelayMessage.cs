using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>
/// Represents a message from a channel's owner to a relay. It contains the number of its join. The relay ignores messages of other joins,
/// and so late messages of a former owner or a former join.
/// </summary>
public interface IRelayMessage : IClusterMessage
{
    /// <summary>Gets the channel's name.</summary>
    string Channel { get; }

    /// <summary>Gets the relay that joined.</summary>
    RelayId Relay { get; }

    /// <summary>Gets the number of its join.</summary>
    long JoinNumber { get; }
}
