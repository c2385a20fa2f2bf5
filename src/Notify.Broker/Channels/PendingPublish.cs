using Akka.Actor;
using Notify.Broker.History;

namespace Notify.Broker.Channels;

/// <summary>A send that has its place and is not known to be kept: nobody is told of it, and its senders wait.</summary>
/// <param name="notification">The notification.</param>
/// <param name="key">The key of the send, or null.</param>
internal sealed class PendingPublish(Notification notification, IdempotencyKey? key)
{
    private readonly List<(IActorRef Sender, PublishId Id)> _senders = new(1);

    public Notification Notification { get; } = notification;

    public IdempotencyKey? Key { get; } = key;

    /// <summary>Whether the store has it. What was ordered before it may still be under way.</summary>
    public bool IsStored { get; set; }

    /// <summary>Who waits for it, each with the id that it asked by.</summary>
    public IReadOnlyList<(IActorRef Sender, PublishId Id)> Senders => _senders;

    public void Add(IActorRef sender, PublishId id)
    {
        if (!_senders.Contains((sender, id)))
        {
            _senders.Add((sender, id));
        }
    }
}
