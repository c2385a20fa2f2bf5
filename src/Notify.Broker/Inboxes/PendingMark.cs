using Akka.Actor;
using Notify.Broker.Channels;

namespace Notify.Broker.Inboxes;

/// <summary>Represents marks that are decided but not stored yet, or that changed nothing but rest on others that are not.</summary>
/// <param name="inbox">The inbox.</param>
/// <param name="next">The marks after the change.</param>
/// <param name="changed">The number of items that change.</param>
/// <param name="sender">Who waits for the answer; null for nobody.</param>
internal sealed class PendingMark(ChannelInbox inbox, InboxState next, long changed, IActorRef? sender) : PendingChange
{
    /// <summary>Takes over the marks, and answers the sender.</summary>
    public void Commit() => inbox.Commit(next, changed, sender);
}
