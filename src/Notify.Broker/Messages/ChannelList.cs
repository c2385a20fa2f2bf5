using Notify.Broker.History;

namespace Notify.Broker.Messages;

/// <summary>Lists channels of one node by name, in the order of their UTF-8 bytes.</summary>
/// <param name="Channels">The channels.</param>
public sealed record ChannelList(IReadOnlyList<StoredChannel> Channels) : IClusterMessage;
