using Notify.Broker.Channels;

namespace Notify.Broker.Connections;

/// <summary>Acknowledges a join, when the client requested it. The channel's relay calls it exactly once.</summary>
public abstract class JoinReply
{
    /// <summary>Called when the subscriber will receive everything after <paramref name="position"/>.</summary>
    /// <param name="subscriber">The socket that joined.</param>
    /// <param name="position">The client's position now.</param>
    /// <param name="recovered">Whether everything after the client's requested position follows.</param>
    public abstract void Joined(ISubscriber subscriber, Position position, bool recovered);

    /// <summary>Called when the join failed.</summary>
    /// <param name="subscriber">The socket that requested the join.</param>
    /// <param name="error">The documented name of the error.</param>
    public abstract void Failed(ISubscriber subscriber, string error);
}
