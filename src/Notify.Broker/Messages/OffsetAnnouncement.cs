using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>
/// Announces the latest offset that was delivered to a relay. A relay that has not received it reads the missing notifications. It detects
/// the loss of a message that no other message follows.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="Position">The position of the newest notification delivered to the relay.</param>
public sealed record OffsetAnnouncement(string Channel, RelayId Relay, long JoinNumber, Position Position) : IRelayMessage;
