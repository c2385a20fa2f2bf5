namespace Notify.Broker.Messages;

/// <summary>Asks a node how many of its sockets have joined each of some channels; answered by <see cref="SubscriberCounts"/>.</summary>
/// <param name="Channels">The channels' names.</param>
public sealed record CountSubscribers(IReadOnlyList<string> Channels) : IClusterMessage;
