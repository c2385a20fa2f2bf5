using Notify.Broker.Channels;
using Notify.Broker.Inboxes;
using Notify.Broker.Tests.Inboxes;

namespace Notify.Broker.Tests.Simulation;

/// <summary>
/// Represents a change that an owner has decided: a notification, marks, or both. Without either, an answer waits for its turn.
/// </summary>
internal sealed record PendingWrite(string Channel, int Claim)
{
    public Notification? Notification { get; init; }

    /// <summary>Gets the marks after the change; null when they stay.</summary>
    public InboxState? Inbox { get; init; }

    /// <summary>Gets the newest offset when the change was decided.</summary>
    public long DecidedAt { get; init; }

    /// <summary>Gets what the change does to a list of items.</summary>
    public Action<ModelInbox>? Change { get; init; }

    /// <summary>Gets the answer to send when the change is stored and told.</summary>
    public Action<SimulatedOwner>? Answer { get; init; }

    public bool IsEmpty => Notification is null && Inbox is null;
}
