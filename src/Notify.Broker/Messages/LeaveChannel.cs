using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Reports that a relay has no more subscribers of the channel.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">The number of the join that ends.</param>
public sealed record LeaveChannel(string Channel, RelayId Relay, long JoinNumber) : IChannelMessage;
