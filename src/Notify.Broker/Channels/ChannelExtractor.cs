using Akka.Cluster.Sharding;
using Notify.Broker.Messages;

namespace Notify.Broker.Channels;

/// <summary>Routes a message to the owner of its channel. The shard count is a part of the protocol between nodes.</summary>
/// <param name="shards">How many shards there are.</param>
public sealed class ChannelExtractor(int shards) : HashCodeMessageExtractor(shards)
{
    /// <inheritdoc />
    public override string? EntityId(object message) => message is IChannelMessage toChannel ? ChannelName.ToEntityId(toChannel.Channel) : null;
}
