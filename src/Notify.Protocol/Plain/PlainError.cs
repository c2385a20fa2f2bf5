namespace Notify.Protocol.Plain;

/// <summary>Why a request of a client is refused.</summary>
/// <param name="Code">One of <see cref="PlainErrorCodes"/>, for programs.</param>
/// <param name="Message">A sentence that says what was wrong and what is expected, for whoever reads it.</param>
/// <param name="Id">The client's name for the request, echoed byte for byte; empty when it gave none, or none that could be read.</param>
public sealed record PlainError(string Code, string Message, ReadOnlyMemory<byte> Id);
