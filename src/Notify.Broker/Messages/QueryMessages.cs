using Notify.Broker.Channels;
using Notify.Broker.History;
using Notify.Protocol;

namespace Notify.Broker.Messages;

/// <summary>
/// Requests a channel's history from its owner for a backend; answered by <see cref="FetchedHistory"/>. Retried until answered.
/// </summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Since">The starting position; null for the newest notifications.</param>
/// <param name="Limit">The maximum number of notifications.</param>
public sealed record FetchHistory(string Channel, Since? Since, int Limit) : IChannelMessage;

/// <summary>Returns a part of a channel's history to a backend.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Head">The position of the newest notification.</param>
/// <param name="From">The position before the notifications; the head when they are lost.</param>
/// <param name="Notifications">The notifications, oldest first, without gaps; null when a requested part is unknown or no longer
/// stored.</param>
public sealed record FetchedHistory(
    string Channel, Position Head, Position From, IReadOnlyList<Notification>? Notifications) : IClusterMessage;

/// <summary>
/// Requests the number of a node's sockets that have joined each of some channels; answered by <see cref="SubscriberCounts"/>.
/// </summary>
/// <param name="Channels">The channels' names.</param>
public sealed record CountSubscribers(IReadOnlyList<string> Channels) : IClusterMessage;

/// <summary>Returns the number of a node's sockets that have joined each of the requested channels.</summary>
/// <param name="Counts">A number for each channel, in the order of the request.</param>
public sealed record SubscriberCounts(IReadOnlyList<int> Counts) : IClusterMessage;

/// <summary>
/// Requests the channels of a node, when there is no shared store that knows all channels; answered by <see cref="ChannelList"/>.
/// </summary>
/// <param name="Prefix">The prefix of their names; empty for all.</param>
/// <param name="After">The name after which the list starts, or null.</param>
/// <param name="Limit">The maximum number of channels.</param>
public sealed record ListChannels(string Prefix, string? After, int Limit) : IClusterMessage;

/// <summary>Lists channels of one node by name, in the order of their UTF-8 bytes.</summary>
/// <param name="Channels">The channels.</param>
public sealed record ChannelList(IReadOnlyList<StoredChannel> Channels) : IClusterMessage;

/// <summary>Asks a node about itself, for an operator; answered by <see cref="NodeAnswer"/>.</summary>
/// <param name="Subject">What the question is about.</param>
/// <param name="Json">The question, as JSON in UTF-8. Members that a node does not know are ignored.</param>
public sealed record NodeQuestion(string Subject, ReadOnlyMemory<byte> Json) : IClusterMessage;

/// <summary>Answers <see cref="NodeQuestion"/>.</summary>
/// <param name="Json">The answer, as JSON in UTF-8; empty when the node does not know the subject.</param>
public sealed record NodeAnswer(ReadOnlyMemory<byte> Json) : IClusterMessage;
