using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>The notification is ordered, kept and handed to the relays.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Id">The identity of the send.</param>
/// <param name="Position">Its place.</param>
public sealed record Published(string Channel, SendId Id, Position Position) : IClusterMessage;
