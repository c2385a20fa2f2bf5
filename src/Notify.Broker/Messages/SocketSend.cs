using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>
/// Sends a notification to the own room of a socket on the receiving node. There is no response: the notification is not stored, and the
/// socket may not exist.
/// </summary>
/// <param name="Socket">The socket's id.</param>
/// <param name="Id">The publish id.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
public sealed record SocketSend(string Socket, PublishId Id, ReadOnlyMemory<byte> Payload) : IClusterMessage;
