namespace Notify.Broker.Messages;

/// <summary>A node asks what the sender's relays have joined at its channels; answered by <see cref="JoinList"/>, one or more for each bucket.</summary>
/// <param name="Buckets">The buckets that differ.</param>
public sealed record ListJoins(IReadOnlyList<int> Buckets) : IClusterMessage;
