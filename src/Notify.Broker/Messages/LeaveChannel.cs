using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>A relay has no subscriber of the channel any more.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">The join that ends.</param>
public sealed record LeaveChannel(string Channel, RelayId Relay, long JoinNumber) : IChannelMessage;
