using System.Diagnostics.CodeAnalysis;
using Notify.Broker.AkkaInternals;
using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>Holds the messages of a send queue in their order, and those that are held back from the writer. Not thread-safe.</summary>
internal struct QueuedMessages
{
    private SmallQueue<WireMessage> _queue;
    private List<WireMessage>? _held;

    /// <summary>Gets the number of messages for the writer.</summary>
    public readonly int Count => _queue.Count;

    /// <summary>Adds a message. Returns false when it is held back.</summary>
    public bool Add(WireMessage message)
    {
        if (_held is not null)
        {
            _held.Add(message);
            return false;
        }

        _queue.Enqueue(message);
        return true;
    }

    /// <summary>Holds later messages back.</summary>
    public void Hold() => _held ??= [];

    /// <summary>Adds the messages that were held back. Returns whether there were any.</summary>
    public bool Release()
    {
        var held = _held ?? [];
        _held = null;
        foreach (var message in held)
        {
            _queue.Enqueue(message);
        }

        return held.Count > 0;
    }

    public readonly bool TryPeek([MaybeNullWhen(false)] out WireMessage message) => _queue.TryPeek(out message);

    public bool TryDequeue([MaybeNullWhen(false)] out WireMessage message) => _queue.TryDequeue(out message);

    /// <summary>Drops all messages.</summary>
    public void Clear()
    {
        while (_queue.TryDequeue(out var message))
        {
            message.Observer?.Dropped();
        }

        _held?.ForEach(static message => message.Observer?.Dropped());
        _held = null;
    }
}
