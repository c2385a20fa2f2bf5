using Notify.Broker.Channels;

namespace Notify.Broker.Queries;

/// <summary>A channel as a backend sees it.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Head">The position of the newest notification; null when the channel is not known.</param>
/// <param name="Subscribers">How many sockets have joined it.</param>
/// <param name="Nodes">On how many nodes they are.</param>
public sealed record ChannelInfo(string Channel, Position? Head, int Subscribers, int Nodes);
