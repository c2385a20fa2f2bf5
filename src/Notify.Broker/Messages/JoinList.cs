using Notify.Broker.AntiEntropy;

namespace Notify.Broker.Messages;

/// <summary>All joins of a bucket whose hashes lie within bounds, as the node of the relays knows them.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="From">The least hash.</param>
/// <param name="To">The greatest hash.</param>
/// <param name="Joins">The joins.</param>
public sealed record JoinList(int Bucket, ulong From, ulong To, IReadOnlyList<JoinKey> Joins) : IClusterMessage;
