using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>The owner stops; whoever still has subscribers joins again, wherever the channel lives next.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The join that ends.</param>
public sealed record ChannelStopped(string Channel, RelayId Relay, long JoinNumber) : IRelayMessage;
