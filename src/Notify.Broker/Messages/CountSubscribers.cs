namespace Notify.Broker.Messages;

/// <summary>
/// Requests the number of a node's sockets that have joined each of some channels; answered by <see cref="SubscriberCounts"/>.
/// </summary>
/// <param name="Channels">The channels' names.</param>
public sealed record CountSubscribers(IReadOnlyList<string> Channels) : IClusterMessage;
