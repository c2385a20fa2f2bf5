using Notify.Server.Limits;

namespace Notify.Server.SocketIo;

/// <summary>What the Socket.IO clients of a node may join. One for all of them, because every one of them refers to it.</summary>
/// <param name="Rate">How many channels a client may join or leave; past it, it is read from later.</param>
/// <param name="Most">How many channels one connection may join; an event that names more is refused.</param>
/// <param name="Refused">Counts an event that is refused.</param>
internal sealed record JoinLimits(TokenRate Rate, int Most, Action Refused);
