using System.Diagnostics.CodeAnalysis;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Implements a queue with many instances that mostly have one element or none: the first element needs no memory of its own. Use it as a
/// field and do not copy it.
/// </summary>
internal struct SmallQueue<T>
{
    // The capacity to which a queue shrinks after a busy period.
    private const int IdleCapacity = 32;

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
        if (!_hasFirst && _others is { Capacity: > IdleCapacity })
        {
            _others = null;
        }

        return true;
    }

    public void Clear() => this = default;
}
