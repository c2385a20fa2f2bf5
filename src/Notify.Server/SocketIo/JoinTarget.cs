using Notify.Protocol;

namespace Notify.Server.SocketIo;

/// <summary>One channel that a client asks to join.</summary>
/// <param name="Name">The channel's name; null when it is too long to be one.</param>
/// <param name="Since">The position to join from; null to join from now on.</param>
/// <param name="IsSinceReadable">Whether what the client says of the position can be read.</param>
internal readonly record struct JoinTarget(string? Name, Since? Since, bool IsSinceReadable);
