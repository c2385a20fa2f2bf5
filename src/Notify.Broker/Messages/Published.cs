using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>The notification is ordered, kept and handed to the relays, now or when it was sent first.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The identity of the send that is answered.</param>
/// <param name="Notification">The identity of the notification: that of the first send with the same key.</param>
/// <param name="Position">Its place.</param>
public sealed record Published(string Channel, PublishId Id, PublishId Notification, Position Position) : IClusterMessage;
