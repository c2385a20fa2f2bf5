using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>
/// A message from a channel's owner to a relay. It carries back the join that it belongs to; the relay ignores any other, which
/// settles late messages of a former owner and of a former join.
/// </summary>
public interface IRelayMessage : IClusterMessage
{
    /// <summary>The channel's name.</summary>
    string Channel { get; }

    /// <summary>The relay that joined.</summary>
    RelayId Relay { get; }

    /// <summary>The number of the join that this belongs to.</summary>
    long JoinNumber { get; }
}
