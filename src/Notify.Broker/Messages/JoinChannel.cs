using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Subscribes a relay, the sender, to a channel; answered by <see cref="ChannelJoined"/>. Retried until answered.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">A number that increases with every join of this relay.</param>
/// <param name="Known">The newest notification that the relay has received; null for none, or from an older version.</param>
public sealed record JoinChannel(string Channel, RelayId Relay, long JoinNumber, KnownNotification? Known = null) : IChannelMessage;
