namespace Notify.Broker.Messages;

/// <summary>
/// Requests the joins of the receiver's relays at the sender's channels; answered by <see cref="JoinList"/>, one or more for each bucket.
/// </summary>
/// <param name="Buckets">The buckets that differ.</param>
public sealed record ListJoins(IReadOnlyList<int> Buckets) : IClusterMessage;
