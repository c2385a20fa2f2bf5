using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Inboxes;
using Notify.Broker.Metrics;

namespace Notify.Broker.Channels;

/// <summary>Represents a publish that has an offset but is not stored yet. It is not delivered, and its senders wait.</summary>
/// <param name="notification">The notification.</param>
/// <param name="key">The idempotency key of the publish, or null.</param>
/// <param name="accepted">When it was accepted.</param>
/// <param name="inbox">The marks after it, which are stored with it; null when it changes none.</param>
internal sealed class PendingPublish(
    Notification notification, IdempotencyKey? key, DeliveryStamp accepted, InboxState? inbox) : PendingChange
{
    private readonly List<(IActorRef Sender, PublishId Id)> _senders = new(1);

    public Notification Notification { get; } = notification;

    public IdempotencyKey? Key { get; } = key;

    /// <summary>Gets when it was accepted.</summary>
    public DeliveryStamp Accepted { get; } = accepted;

    /// <summary>Gets the marks after it; null when it changes none.</summary>
    public InboxState? Inbox { get; } = inbox;

    /// <summary>Gets the waiting senders, each with the publish id of its request.</summary>
    public IReadOnlyList<(IActorRef Sender, PublishId Id)> Senders => _senders;

    public void Add(IActorRef sender, PublishId id)
    {
        if (!_senders.Contains((sender, id)))
        {
            _senders.Add((sender, id));
        }
    }
}
