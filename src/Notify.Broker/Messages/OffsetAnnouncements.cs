namespace Notify.Broker.Messages;

/// <summary>Sends, every few seconds, the latest offsets that a node's channels have delivered to the receiver's relays.</summary>
/// <param name="Offsets">The offsets since the last two announcements.</param>
public sealed record OffsetAnnouncements(IReadOnlyList<OffsetAnnouncement> Offsets) : IClusterMessage;
