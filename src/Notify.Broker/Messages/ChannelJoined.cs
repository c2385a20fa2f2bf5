using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Confirms a join. The relay receives everything after <paramref name="Head"/>.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of the confirmed join.</param>
/// <param name="Head">The channel's newest position at that moment.</param>
public sealed record ChannelJoined(string Channel, RelayId Relay, long JoinNumber, Position Head) : IRelayMessage;
