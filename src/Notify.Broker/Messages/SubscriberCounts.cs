namespace Notify.Broker.Messages;

/// <summary>How many sockets of a node have joined each of the channels that were asked for.</summary>
/// <param name="Counts">A number for each channel, in the order of the question.</param>
public sealed record SubscriberCounts(IReadOnlyList<int> Counts) : IClusterMessage;
