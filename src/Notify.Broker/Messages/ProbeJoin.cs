using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>The owner has a join that the relay's node does not list; a relay that does not have it either says that it has left.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">Its join.</param>
public sealed record ProbeJoin(string Channel, RelayId Relay, long JoinNumber) : IRelayMessage;
