using Notify.Broker.Channels;

namespace Notify.Broker.Inboxes;

/// <summary>Represents marks that are decided but not stored yet, or an answer that waits for the changes before it.</summary>
/// <param name="commit">Takes over the marks, and answers.</param>
internal sealed class PendingInboxChange(Action commit) : PendingChange
{
    /// <summary>Takes over the marks, and answers.</summary>
    public void Commit() => commit();
}
