using Notify.Broker.Channels;

namespace Notify.Broker.Connections;

/// <summary>The acknowledgement of a join, when the client asked for one. Called by the channel's relay, exactly once.</summary>
public abstract class JoinReply
{
    /// <summary>The subscriber is told everything after <paramref name="position"/>.</summary>
    /// <param name="subscriber">Who joined.</param>
    /// <param name="position">What the client has now.</param>
    /// <param name="recovered">Whether everything after the position that the client named follows.</param>
    public abstract void Joined(ISubscriber subscriber, Position position, bool recovered);

    /// <summary>The join failed.</summary>
    /// <param name="subscriber">Who wanted to join.</param>
    /// <param name="error">The documented name of the error.</param>
    public abstract void Failed(ISubscriber subscriber, string error);
}
