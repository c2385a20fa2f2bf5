using Notify.Broker.Channels;
using Notify.Broker.Connections;

namespace Notify.Broker.Recovery;

/// <summary>Tells a session's log how a join is answered, and passes the answer on to who asked for it.</summary>
/// <param name="log">The session's log.</param>
/// <param name="name">The channel.</param>
/// <param name="channel">The join.</param>
/// <param name="reply">The acknowledgement, when one is asked for.</param>
public sealed class LoggedReply(DeliveryLog log, string name, LoggedChannel channel, JoinReply? reply) : JoinReply
{
    /// <inheritdoc />
    public override void Joined(ISubscriber subscriber, Position position, bool recovered)
    {
        log.Joined(channel, position);
        reply?.Joined(subscriber, position, recovered);
    }

    /// <inheritdoc />
    public override void Failed(ISubscriber subscriber, string error)
    {
        // A join that is overtaken by the end of its connection was under way; one that the client left itself is not in the log any more.
        if (error != JoinErrors.Left)
        {
            log.Failed(name, channel);
        }

        if (reply is not null)
        {
            reply.Failed(subscriber, error);
        }
        else if (error == JoinErrors.Unavailable)
        {
            // Nobody asked for an answer that could say so; the client comes back and joins again.
            subscriber.End(EndReason.Unavailable);
        }
    }
}
