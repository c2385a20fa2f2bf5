namespace Notify.Protocol.JsonWebSocket;

/// <summary>Why a request of a client is refused.</summary>
/// <param name="Code">One of <see cref="JsonWebSocketErrorCodes"/>, for programs.</param>
/// <param name="Message">A sentence that says what was wrong and what is expected, for whoever reads it.</param>
/// <param name="Id">The client's name for the request, echoed byte for byte; empty when it gave none, or none that could be read.</param>
public sealed record JsonWebSocketError(string Code, string Message, ReadOnlyMemory<byte> Id);
