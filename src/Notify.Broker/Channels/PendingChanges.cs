using Akka.Actor;

namespace Notify.Broker.Channels;

/// <summary>
/// Tracks the changes of one channel that are in flight, in the order of their decision, and the publishes whose keys are being looked up.
/// </summary>
internal sealed class PendingChanges
{
    private readonly Queue<PendingChange> _queue = new();

    /// <summary>Gets the publishes with idempotency keys.</summary>
    public IdempotentPublishes Idempotent { get; } = new();

    /// <summary>Gets whether a change is in flight.</summary>
    public bool AreChanging => _queue.Count > 0;

    /// <summary>Gets whether nothing is in flight.</summary>
    public bool IsEmpty => _queue.Count == 0 && Idempotent.Count == 0;

    /// <summary>Adds a publish that goes to the store.</summary>
    public PendingPublish Add(PendingPublish pending, IActorRef sender, PublishId id)
    {
        pending.Add(sender, id);
        _queue.Enqueue(pending);
        if (pending.Key is { } given)
        {
            Idempotent.Track(given, pending);
        }

        return pending;
    }

    /// <summary>Adds marks that go to the store.</summary>
    public void Add(PendingChange change) => _queue.Enqueue(change);

    /// <summary>Adds a sender that repeats its request to the publish that it belongs to.</summary>
    public void Attach(long offset, IActorRef sender, PublishId id) =>
        _queue.OfType<PendingPublish>().First(publish => publish.Notification.Offset == offset).Add(sender, id);

    /// <summary>
    /// Marks <paramref name="change"/> as stored. Returns the changes that may be told now: all up to the first that is not stored.
    /// </summary>
    public IReadOnlyList<PendingChange> MarkStored(PendingChange change)
    {
        change.IsStored = true;
        var stored = new List<PendingChange>(1);
        while (_queue.TryPeek(out var next) && next.IsStored)
        {
            stored.Add(_queue.Dequeue());
            if (next is PendingPublish { Key: { } key })
            {
                Idempotent.Forget(key);
            }
        }

        return stored;
    }
}
