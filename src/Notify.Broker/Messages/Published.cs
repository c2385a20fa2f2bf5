using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>Confirms that the notification was ordered, stored and passed to the relays, now or at its first publish.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The id of the confirmed publish.</param>
/// <param name="Notification">The id of the notification: that of the first publish with the same key.</param>
/// <param name="Position">The notification's position.</param>
public sealed record Published(string Channel, PublishId Id, PublishId Notification, Position Position) : IClusterMessage;
