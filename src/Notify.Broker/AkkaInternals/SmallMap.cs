using System.Diagnostics.CodeAnalysis;

namespace Notify.Broker.AkkaInternals;

/// <summary>
/// Implements a map with many instances that mostly have one entry or none: the first entry needs no memory of its own. Use it as a field
/// and do not copy it.
/// </summary>
internal struct SmallMap<TKey, TValue>
    where TKey : notnull
{
    private TKey _key;
    private TValue _value;
    private bool _hasOne;

    // From the second entry on, all entries are here.
    private Dictionary<TKey, TValue>? _all;

    public readonly int Count => _all?.Count ?? (_hasOne ? 1 : 0);

    /// <summary>Gets or sets the value of a key.</summary>
    /// <exception cref="KeyNotFoundException">The map does not contain the key.</exception>
    public TValue this[TKey key]
    {
        readonly get => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"The map does not contain {key}.");
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

    /// <summary>Gets the entries. The map must not change during the enumeration.</summary>
    public readonly IEnumerable<KeyValuePair<TKey, TValue>> Entries =>
        _all ?? (_hasOne ? [KeyValuePair.Create(_key, _value)] : (IEnumerable<KeyValuePair<TKey, TValue>>)[]);

    private readonly bool Is(TKey key) => _hasOne && EqualityComparer<TKey>.Default.Equals(_key, key);
}
