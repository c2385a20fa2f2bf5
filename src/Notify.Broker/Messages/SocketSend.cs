using Notify.Broker.Channels;

namespace Notify.Broker.Messages;

/// <summary>A notification for a socket's own room, told to the node that its id names. Nothing answers it: it is kept nowhere, and the socket may be gone.</summary>
/// <param name="Socket">The socket's id.</param>
/// <param name="Id">The identity of the send.</param>
/// <param name="Payload">The notification's JSON, UTF-8.</param>
public sealed record SocketSend(string Socket, PublishId Id, ReadOnlyMemory<byte> Payload) : IClusterMessage;
