namespace Notify.Broker.Messages;

/// <summary>Represents a message to the owner of a channel, routed by the channel's name.</summary>
public interface IChannelMessage : IClusterMessage
{
    /// <summary>Gets the channel's name.</summary>
    string Channel { get; }
}
