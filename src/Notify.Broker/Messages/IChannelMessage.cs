namespace Notify.Broker.Messages;

/// <summary>A message to the owner of a channel, routed by its name.</summary>
public interface IChannelMessage : IClusterMessage
{
    /// <summary>The channel's name.</summary>
    string Channel { get; }
}
