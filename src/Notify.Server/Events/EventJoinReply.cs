using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol.Events;

namespace Notify.Server.Events;

/// <summary>
/// Creates the response to a join: the event <c>joined</c>. A failed join ends the stream, because a client can only join again by
/// reconnecting.
/// </summary>
/// <param name="channel">The channel.</param>
internal sealed class EventJoinReply(string channel) : JoinReply
{
    public override void Joined(ISubscriber subscriber, Position position, bool recovered) =>
        subscriber.Write(EventMessages.Joined(channel, position.Epoch, position.Offset, recovered));

    public override void Failed(ISubscriber subscriber, string error) => subscriber.End(EndReason.Unavailable);
}
