using System.Diagnostics.CodeAnalysis;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// A map of which there are many, and which mostly holds one entry or none: the first needs no memory of its own. A field, never a copy.
/// </summary>
internal struct SmallMap<TKey, TValue>
    where TKey : notnull
{
    private TKey _key;
    private TValue _value;
    private bool _hasOne;

    // Once there were two, all of them are here.
    private Dictionary<TKey, TValue>? _all;

    public readonly int Count => _all?.Count ?? (_hasOne ? 1 : 0);

    /// <summary>The value of a key that is there, or a new one.</summary>
    /// <exception cref="KeyNotFoundException">Read where there is no such key.</exception>
    public TValue this[TKey key]
    {
        readonly get => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no {key}.");
        set
        {
            if (_all is not null)
            {
                _all[key] = value;
            }
            else if (!_hasOne || Is(key))
            {
                (_key, _value, _hasOne) = (key, value, true);
            }
            else
            {
                _all = new Dictionary<TKey, TValue> { [_key] = _value, [key] = value };
                (_key, _value, _hasOne) = (default!, default!, false);
            }
        }
    }

    public readonly bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_all is not null)
        {
            return _all.TryGetValue(key, out value);
        }

        value = _value;
        return Is(key);
    }

    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_all is not null)
        {
            return _all.Remove(key, out value);
        }

        value = _value;
        if (!Is(key))
        {
            return false;
        }

        (_key, _value, _hasOne) = (default!, default!, false);
        return true;
    }

    public void Clear() => this = default;

    /// <summary>Its entries. Not to be changed meanwhile.</summary>
    public readonly IEnumerable<KeyValuePair<TKey, TValue>> Entries =>
        _all ?? (_hasOne ? [KeyValuePair.Create(_key, _value)] : (IEnumerable<KeyValuePair<TKey, TValue>>)[]);

    private readonly bool Is(TKey key) => _hasOne && EqualityComparer<TKey>.Default.Equals(_key, key);
}
