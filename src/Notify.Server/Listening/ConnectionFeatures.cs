using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace Notify.Server.Listening;

/// <summary>
/// Holds the features of a connection in a short list. The framework's collection is a table, which would take about 500 bytes for each
/// connection.
/// </summary>
/// <param name="connection">Provides the features that it implements and that nobody has replaced.</param>
internal sealed class ConnectionFeatures(object connection) : IFeatureCollection
{
    // Enough for a connection without TLS.
    private KeyValuePair<Type, object>[] _features = new KeyValuePair<Type, object>[4];
    private int _count;

    /// <inheritdoc />
    public bool IsReadOnly => false;

    /// <inheritdoc />
    public int Revision { get; private set; }

    /// <inheritdoc />
    public object? this[Type key]
    {
        get
        {
            var index = IndexOf(key);
            return index >= 0 ? _features[index].Value : key.IsInstanceOfType(connection) ? connection : null;
        }

        set
        {
            var index = IndexOf(key);
            if (value is null)
            {
                if (index < 0)
                {
                    return;
                }

                _features[index] = _features[--_count];
                _features[_count] = default;
            }
            else
            {
                if (index < 0)
                {
                    index = _count++;
                    if (index == _features.Length)
                    {
                        Array.Resize(ref _features, index * 2);
                    }
                }

                _features[index] = new KeyValuePair<Type, object>(key, value);
            }

            Revision++;
        }
    }

    /// <inheritdoc />
    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    /// <inheritdoc />
    public void Set<TFeature>(TFeature? instance) => this[typeof(TFeature)] = instance;

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.Take(_count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(Type key)
    {
        for (var index = 0; index < _count; index++)
        {
            if (_features[index].Key == key)
            {
                return index;
            }
        }

        return -1;
    }
}
