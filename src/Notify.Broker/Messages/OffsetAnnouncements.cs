namespace Notify.Broker.Messages;

/// <summary>A node says, every few seconds, how far its channels have told the receiver's relays.</summary>
/// <param name="Offsets">What was told since the last time, and the time before.</param>
public sealed record OffsetAnnouncements(IReadOnlyList<OffsetAnnouncement> Offsets) : IClusterMessage;
