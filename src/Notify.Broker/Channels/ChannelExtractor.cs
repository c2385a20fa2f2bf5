using Akka.Cluster.Sharding;
using Notify.Broker.Messages;

namespace Notify.Broker.Channels;

/// <summary>Routes messages to the owner of their channel. The number of shards is part of the protocol between nodes.</summary>
/// <param name="shards">The number of shards.</param>
public sealed class ChannelExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    /// <inheritdoc />
    public override string? EntityId(object message) =>
        message is IChannelMessage toChannel ? ChannelName.ToEntityId(toChannel.Channel) : null;
}
