using Notify.Server.Limits;

namespace Notify.Server.SocketIo;

/// <summary>Holds the join limits of this node's Socket.IO clients. All of them share one instance, because each refers to it.</summary>
/// <param name="Rate">The rate of joins and leaves. Above it the client is throttled.</param>
/// <param name="Most">The maximum number of channels of one connection. An event with more is refused.</param>
/// <param name="Refused">Counts a refused event.</param>
internal sealed record JoinLimits(TokenRate Rate, int Most, Action Refused);
