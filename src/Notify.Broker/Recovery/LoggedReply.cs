using Notify.Broker.Channels;
using Notify.Broker.Connections;

namespace Notify.Broker.Recovery;

/// <summary>Records the response to a join in the session's log, and passes it on to the acknowledgement.</summary>
/// <param name="log">The session's log.</param>
/// <param name="name">The channel.</param>
/// <param name="channel">The join.</param>
/// <param name="reply">The acknowledgement, when the client requests one.</param>
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
        // A join that failed because the connection ended stays under way in the log. A join that the client left itself is no longer in
        // the log.
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
            // The client requested no acknowledgement that could report the error. It reconnects and joins again.
            subscriber.End(EndReason.Unavailable);
        }
    }
}
