using Notify.Broker.Channels;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>A relay was told up to here; when it does not have that, it reads what it misses. Says so when nothing else follows what was lost.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">Its join.</param>
/// <param name="Position">The position of the newest notification that it was told.</param>
public sealed record OffsetAnnouncement(string Channel, RelayId Relay, long JoinNumber, Position Position) : IRelayMessage;
