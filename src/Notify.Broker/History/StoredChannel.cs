using Notify.Broker.Channels;

namespace Notify.Broker.History;

/// <summary>Represents a channel in a list.</summary>
/// <param name="Name">The channel's name.</param>
/// <param name="Head">The position of the newest notification.</param>
public sealed record StoredChannel(string Name, Position Head);
