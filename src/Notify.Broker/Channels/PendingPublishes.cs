using Akka.Actor;
using Notify.Broker.History;

namespace Notify.Broker.Channels;

/// <summary>The sends of one channel that are on their way to the store, in their order, and those whose keys are being looked up.</summary>
internal sealed class PendingPublishes
{
    private readonly Queue<PendingPublish> _queue = new();

    /// <summary>Those with keys.</summary>
    public IdempotentPublishes Idempotent { get; } = new();

    /// <summary>Whether something is on its way to the store.</summary>
    public bool AreAppending => _queue.Count > 0;

    /// <summary>Whether nothing is under way.</summary>
    public bool IsEmpty => _queue.Count == 0 && Idempotent.Count == 0;

    /// <summary>Notes a send that goes to the store.</summary>
    public PendingPublish Add(Notification notification, IdempotencyKey? key, IActorRef sender, PublishId id)
    {
        var pending = new PendingPublish(notification, key);
        pending.Add(sender, id);
        _queue.Enqueue(pending);
        if (key is { } given)
        {
            Idempotent.Track(given, pending);
        }

        return pending;
    }

    /// <summary>Lets a sender who asks again wait for what it asked for.</summary>
    public void Attach(long offset, IActorRef sender, PublishId id) => _queue.First(send => send.Notification.Offset == offset).Add(sender, id);

    /// <summary>The store has kept <paramref name="send"/>. Returns what may be told now: everything up to the first that is not kept yet.</summary>
    public IReadOnlyList<PendingPublish> MarkStored(PendingPublish send)
    {
        send.IsStored = true;
        var kept = new List<PendingPublish>(1);
        while (_queue.TryPeek(out var next) && next.IsStored)
        {
            kept.Add(_queue.Dequeue());
            if (next.Key is { } key)
            {
                Idempotent.Forget(key);
            }
        }

        return kept;
    }
}
