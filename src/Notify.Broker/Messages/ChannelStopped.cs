using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Reports that the owner stops. A relay that still has subscribers joins the channel's next owner.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of the join that ends.</param>
public sealed record ChannelStopped(string Channel, RelayId Relay, long JoinNumber) : IRelayMessage;
