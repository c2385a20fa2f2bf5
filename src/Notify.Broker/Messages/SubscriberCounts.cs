namespace Notify.Broker.Messages;

/// <summary>Returns the number of a node's sockets that have joined each of the requested channels.</summary>
/// <param name="Counts">A number for each channel, in the order of the request.</param>
public sealed record SubscriberCounts(IReadOnlyList<int> Counts) : IClusterMessage;
