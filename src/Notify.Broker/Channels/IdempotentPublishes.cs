using Akka.Actor;
using Notify.Broker.History;
using Notify.Broker.Messages;

namespace Notify.Broker.Channels;

/// <summary>
/// The sends of one channel whose keys are being looked up or kept. Two retries that race meet here: the first is ordered, the other
/// gets its result.
/// </summary>
internal sealed class IdempotentPublishes
{
    private readonly Dictionary<IdempotencyKey, Entry> _entries = [];

    public int Count => _entries.Count;

    /// <summary>Adds a send whose key's first send is not under way. True when the key has to be looked up now; otherwise it is answered with the one before it.</summary>
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

    /// <summary>Those who wait for the lookup of a key, which is over.</summary>
    public IReadOnlyList<(Publish Message, IActorRef Sender)> Remove(IdempotencyKey key) =>
        _entries.Remove(key, out var entry) ? entry.Waiting : [];

    /// <summary>The key's first send, when it is under way.</summary>
    public PendingPublish? Find(IdempotencyKey key) => _entries.TryGetValue(key, out var entry) ? entry.Pending : null;

    /// <summary>The key's first send is under way; it answers whoever comes with the same key.</summary>
    public void Track(IdempotencyKey key, PendingPublish pending) => _entries.Add(key, new Entry { Pending = pending });

    /// <summary>The key's first send is kept; from now on the store knows it.</summary>
    public void Forget(IdempotencyKey key) => _entries.Remove(key);

    private sealed class Entry
    {
        public List<(Publish Message, IActorRef Sender)> Waiting { get; } = [];

        public PendingPublish? Pending { get; init; }
    }
}
