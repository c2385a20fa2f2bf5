using Notify.Broker.AntiEntropy;
using Notify.Broker.Relays;

namespace Notify.Broker.Messages;

/// <summary>
/// Checks a join that the owner has and the relay's node does not list. A relay without the join responds that it has left.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Relay">The relay that joined.</param>
/// <param name="JoinNumber">The number of its join.</param>
public sealed record ProbeJoin(string Channel, RelayId Relay, long JoinNumber) : IRelayMessage;

/// <summary>
/// Sends, every few seconds, a node's view of its relays' joins at the receiver's channels. Where the receiver's view differs, it responds
/// with <see cref="ListJoins"/>.
/// </summary>
/// <param name="Digest">The sender's view.</param>
public sealed record CompareJoins(JoinDigest Digest) : IClusterMessage;

/// <summary>
/// Requests the joins of the receiver's relays at the sender's channels; answered by <see cref="JoinList"/>, one or more for each bucket.
/// </summary>
/// <param name="Buckets">The buckets that differ.</param>
public sealed record ListJoins(IReadOnlyList<int> Buckets) : IClusterMessage;

/// <summary>Lists all joins of a bucket with hashes within bounds, from the view of the relays' node.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="From">The lowest hash.</param>
/// <param name="To">The highest hash.</param>
/// <param name="Joins">The joins.</param>
public sealed record JoinList(int Bucket, ulong From, ulong To, IReadOnlyList<JoinKey> Joins) : IClusterMessage;

/// <summary>Sends, every few seconds, the latest offsets that a node's channels have delivered to the receiver's relays.</summary>
/// <param name="Offsets">The offsets since the last two announcements.</param>
public sealed record OffsetAnnouncements(IReadOnlyList<OffsetAnnouncement> Offsets) : IClusterMessage;

/// <summary>
/// Follows a node's deliveries. The receiver returns a <see cref="FlowControlAck"/> when all earlier messages were delivered or lost.
/// </summary>
/// <param name="Bytes">The total size of all deliveries so far, in bytes.</param>
public sealed record FlowControlProbe(long Bytes) : IClusterMessage;

/// <summary>Acknowledges a <see cref="FlowControlProbe"/>.</summary>
/// <param name="Bytes">The probe's value.</param>
public sealed record FlowControlAck(long Bytes) : IClusterMessage;
