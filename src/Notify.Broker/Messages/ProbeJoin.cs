using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>
/// Checks a join that the owner has and the relay's node does not list. A relay without the join responds that it has left.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of its join.</param>
public sealed record ProbeJoin(string Channel, RelayId Relay, long JoinNumber) : IRelayMessage;
