using System.Diagnostics.CodeAnalysis;

namespace Notify.Broker.AkkaInternals;

/// <summary>A queue of which there are many, and which mostly holds one or none: the first needs no memory of its own. A field, never a copy.</summary>
internal struct SmallQueue<T>
{
    // What was busy once keeps no more room than this.
    private const int KeptCapacity = 32;

    private T _first;
    private bool _hasFirst;
    private Queue<T>? _others;

    public readonly int Count => _hasFirst ? 1 + (_others?.Count ?? 0) : 0;

    public void Enqueue(T item)
    {
        if (_hasFirst)
        {
            (_others ??= new Queue<T>()).Enqueue(item);
        }
        else
        {
            (_first, _hasFirst) = (item, true);
        }
    }

    public readonly bool TryPeek([MaybeNullWhen(false)] out T item)
    {
        item = _first;
        return _hasFirst;
    }

    public bool TryDequeue([MaybeNullWhen(false)] out T item)
    {
        item = _first;
        if (!_hasFirst)
        {
            return false;
        }

        _first = default!;
        _hasFirst = _others is not null && _others.TryDequeue(out _first!);
        if (!_hasFirst && _others is { Capacity: > KeptCapacity })
        {
            _others = null;
        }

        return true;
    }

    public void Clear() => this = default;
}
