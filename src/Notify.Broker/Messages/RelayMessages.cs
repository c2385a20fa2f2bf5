using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>Subscribes a relay, the sender, to a channel; answered by <see cref="ChannelJoined"/>. Retried until answered.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">A number that increases with every join of this relay.</param>
/// <param name="Known">The newest notification that the relay has received; null for none, or from an older version.</param>
public sealed record JoinChannel(string Channel, RelayId Relay, long JoinNumber, KnownNotification? Known = null) : IChannelMessage;

/// <summary>Confirms a join. The relay receives everything after <paramref name="Head"/>.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of the confirmed join.</param>
/// <param name="Head">The channel's newest position at that moment.</param>
public sealed record ChannelJoined(string Channel, RelayId Relay, long JoinNumber, Position Head) : IRelayMessage;

/// <summary>Reports that a relay has no more subscribers of the channel.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">The number of the join that ends.</param>
public sealed record LeaveChannel(string Channel, RelayId Relay, long JoinNumber) : IChannelMessage;

/// <summary>Delivers one notification to a relay.</summary>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="Notification">The notification.</param>
public sealed record Deliver(RelayId Relay, long JoinNumber, Notification Notification) : IRelayMessage
{
    /// <inheritdoc />
    public string Channel => Notification.Channel;

    /// <summary>Gets whether the message came from another node. This is not serialized; the deserializer sets it.</summary>
    internal bool IsFromPeer { get; init; }

    /// <summary>
    /// Gets when the notification was accepted, and the span of its publish if it is sampled. Only the latter is serialized.
    /// </summary>
    internal DeliveryStamp Stamp { get; init; }
}

/// <summary>Requests missed notifications for a relay, the sender; answered by <see cref="HistoryPage"/>. Retried until answered.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="After">The relay's offset; <see cref="Earliest"/> for all stored notifications.</param>
/// <param name="UpTo">The last missing offset.</param>
/// <param name="Epoch">
/// The epoch of the offsets. An owner in another epoch does not answer: it has ordered other notifications at these offsets. Null from an
/// older version.
/// </param>
public sealed record ReadHistory(string Channel, RelayId Relay, long JoinNumber, long After, long UpTo, string? Epoch = null)
    : IChannelMessage
{
    /// <summary>The value of <see cref="After"/> that requests all stored notifications.</summary>
    public const long Earliest = StoredPage.Earliest;
}

/// <summary>Returns a part of a channel's history, oldest first, without gaps.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that requested it.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="After">The requested offset.</param>
/// <param name="From">The position before the page: the requested one, or the floor when the whole history was requested.</param>
/// <param name="Notifications">The notifications; null when a requested part is no longer stored.</param>
public sealed record HistoryPage(
    string Channel, RelayId Relay, long JoinNumber, long After, Position From, IReadOnlyList<Notification>? Notifications) : IRelayMessage;

/// <summary>Reports that the owner stops. A relay that still has subscribers joins the channel's next owner.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of the join that ends.</param>
public sealed record ChannelStopped(string Channel, RelayId Relay, long JoinNumber) : IRelayMessage;

/// <summary>
/// Announces the latest offset that was delivered to a relay. A relay that has not received it reads the missing notifications. It detects
/// the loss of a message that no other message follows.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of its join.</param>
/// <param name="Position">The position of the newest notification delivered to the relay.</param>
public sealed record OffsetAnnouncement(string Channel, RelayId Relay, long JoinNumber, Position Position) : IRelayMessage
{
    /// <summary>Gets the revision of the marks that the relay was last told; null when it was told none.</summary>
    public long? Revision { get; init; }
}
