using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>A relay, the sender, wants to be told a channel's notifications; answered by <see cref="ChannelJoined"/>. Sent again until answered.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">Rises with every join of this relay.</param>
/// <param name="Known">The newest notification that the relay was told; null for none, or from an older version.</param>
public sealed record JoinChannel(string Channel, RelayId Relay, long JoinNumber, KnownNotification? Known = null) : IChannelMessage;
