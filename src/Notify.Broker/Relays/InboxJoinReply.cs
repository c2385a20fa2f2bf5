using Notify.Broker.Channels;
using Notify.Broker.Connections;

namespace Notify.Broker.Relays;

/// <summary>Acknowledges a join, and then tells the client the state of the inbox if it is known. Otherwise it is told soon.</summary>
/// <param name="channel">The channel.</param>
/// <param name="subscription">The subscription.</param>
/// <param name="reply">The acknowledgement, if the client requested one.</param>
internal sealed class InboxJoinReply(RelayChannel channel, Subscription subscription, JoinReply? reply) : JoinReply
{
    /// <inheritdoc />
    public override void Joined(ISubscriber subscriber, Position position, bool recovered)
    {
        reply?.Joined(subscriber, position, recovered);
        channel.Inbox?.Tell(subscription);
    }

    /// <inheritdoc />
    public override void Failed(ISubscriber subscriber, string error)
    {
        if (reply is not null)
        {
            reply.Failed(subscriber, error);
        }
        else if (error == JoinErrors.Unavailable)
        {
            // The client can only be informed by the end of its connection.
            subscriber.End(EndReason.Unavailable);
        }
    }
}
