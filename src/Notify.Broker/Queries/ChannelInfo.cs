using Notify.Broker.Channels;

namespace Notify.Broker.Queries;

/// <summary>Describes a channel for a backend.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Head">The position of the newest notification; null when the channel is unknown.</param>
/// <param name="Subscribers">The number of sockets that have joined it.</param>
/// <param name="Nodes">The number of nodes with these sockets.</param>
public sealed record ChannelInfo(string Channel, Position? Head, int Subscribers, int Nodes);
