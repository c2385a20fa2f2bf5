using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Channels;

/// <summary>
/// Tracks the publishes of one channel whose keys are being looked up or stored. Of two concurrent retries, the first is ordered and the
/// other receives its result.
/// </summary>
internal sealed class IdempotentPublishes
{
    private readonly Dictionary<IdempotencyKey, Entry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>
    /// Adds a publish whose key has no publish in flight. Returns true if the key has to be looked up now; otherwise the publish is
    /// answered together with the one that waits for the lookup.
    /// </summary>
    public bool Add(IdempotencyKey key, Publish message, IActorRef sender)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            entry.Waiting.Add((message, sender));
            return false;
        }

        entry = new Entry();
        entry.Waiting.Add((message, sender));
        _entries.Add(key, entry);
        return true;
    }

    /// <summary>Removes and returns the publishes that waited for the completed lookup of a key.</summary>
    public IReadOnlyList<(Publish Message, IActorRef Sender)> Remove(IdempotencyKey key) =>
        _entries.Remove(key, out var entry) ? entry.Waiting : [];

    /// <summary>Gets the first publish of the key if it is in flight.</summary>
    public PendingPublish? Find(IdempotencyKey key) => _entries.TryGetValue(key, out var entry) ? entry.Pending : null;

    /// <summary>Tracks the first publish of the key while it is in flight. Later publishes with the key get its answer.</summary>
    public void Track(IdempotencyKey key, PendingPublish pending) => _entries.Add(key, new Entry { Pending = pending });

    /// <summary>Removes the key: its first publish is stored, and from now on the store knows the key.</summary>
    public void Forget(IdempotencyKey key) => _entries.Remove(key);

    private sealed class Entry
    {
        public List<(Publish Message, IActorRef Sender)> Waiting { get; } = [];

        public PendingPublish? Pending { get; init; }
    }
}
