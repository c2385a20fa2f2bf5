using Notify.Protocol;

namespace Notify.Server.SocketIo;

/// <summary>Represents one channel that a client requests to join.</summary>
/// <param name="Name">The channel's name; null when it is too long.</param>
/// <param name="Since">The starting position; null for live notifications only.</param>
/// <param name="IsSinceReadable">Whether the client's position is valid.</param>
/// <param name="WantsInbox">Whether the client is to be told of the marks of the channel, which is an inbox.</param>
/// <param name="Follow">The announcement channels that the client follows with this inbox.</param>
internal readonly record struct JoinTarget(
    string? Name, Since? Since, bool IsSinceReadable, bool WantsInbox, IReadOnlyList<string> Follow);
