using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Metrics;

namespace Notify.Broker.Channels;

/// <summary>Tracks the appends of one channel that are in flight, in order, and the publishes whose keys are being looked up.</summary>
internal sealed class PendingPublishes
{
    private readonly Queue<PendingPublish> _queue = new();

    /// <summary>Gets the publishes with idempotency keys.</summary>
    public IdempotentPublishes Idempotent { get; } = new();

    /// <summary>Gets whether an append is in flight.</summary>
    public bool AreAppending => _queue.Count > 0;

    /// <summary>Gets whether nothing is in flight.</summary>
    public bool IsEmpty => _queue.Count == 0 && Idempotent.Count == 0;

    /// <summary>Adds a publish that goes to the store.</summary>
    public PendingPublish Add(Notification notification, IdempotencyKey? key, IActorRef sender, PublishId id, DeliveryStamp accepted)
    {
        var pending = new PendingPublish(notification, key, accepted);
        pending.Add(sender, id);
        _queue.Enqueue(pending);
        if (key is { } given)
        {
            Idempotent.Track(given, pending);
        }

        return pending;
    }

    /// <summary>Adds a sender that repeats its request to the publish that it belongs to.</summary>
    public void Attach(long offset, IActorRef sender, PublishId id) =>
        _queue.First(publish => publish.Notification.Offset == offset).Add(sender, id);

    /// <summary>
    /// Marks <paramref name="publish"/> as stored. Returns the publishes that may be delivered now: all up to the first that is not stored.
    /// </summary>
    public IReadOnlyList<PendingPublish> MarkStored(PendingPublish publish)
    {
        publish.IsStored = true;
        var stored = new List<PendingPublish>(1);
        while (_queue.TryPeek(out var next) && next.IsStored)
        {
            stored.Add(_queue.Dequeue());
            if (next.Key is { } key)
            {
                Idempotent.Forget(key);
            }
        }

        return stored;
    }
}
