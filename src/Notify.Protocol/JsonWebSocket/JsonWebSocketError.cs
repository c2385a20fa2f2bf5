namespace Notify.Protocol.JsonWebSocket;

/// <summary>Describes why a client's request is refused.</summary>
/// <param name="Code">One of <see cref="JsonWebSocketErrorCodes"/>, for programs.</param>
/// <param name="Message">A sentence with the reason and the expected input, for developers.</param>
/// <param name="Id">The client's id for the request, echoed byte for byte; empty when there is none or it could not be read.</param>
public sealed record JsonWebSocketError(string Code, string Message, ReadOnlyMemory<byte> Id);
