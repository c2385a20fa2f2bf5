namespace Notify.Broker.Messages;

/// <summary>
/// Requests the channels of a node, when there is no shared store that knows all channels; answered by <see cref="ChannelList"/>.
/// </summary>
/// <param name="Prefix">The prefix of their names; empty for all.</param>
/// <param name="After">The name after which the list starts, or null.</param>
/// <param name="Limit">The maximum number of channels.</param>
public sealed record ListChannels(string Prefix, string? After, int Limit) : IClusterMessage;
