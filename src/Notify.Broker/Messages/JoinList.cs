using Notify.Broker.AntiEntropy;

namespace Notify.Broker.Messages;

/// <summary>Lists all joins of a bucket with hashes within bounds, from the view of the relays' node.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="From">The lowest hash.</param>
/// <param name="To">The highest hash.</param>
/// <param name="Joins">The joins.</param>
public sealed record JoinList(int Bucket, ulong From, ulong To, IReadOnlyList<JoinKey> Joins) : IClusterMessage;
