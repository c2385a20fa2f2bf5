using System.Runtime.InteropServices;

namespace Notify.Server.Access;

/// <summary>
/// Finds items by a name that several may have. Nearly every name has one item, for which a set would be several times the size. Not safe
/// to use from several threads.
/// </summary>
/// <typeparam name="T">The items, compared by reference.</typeparam>
internal sealed class NameIndex<T>
    where T : class
{
    // An item, or a set of them.
    private readonly Dictionary<string, object?> _items = new(StringComparer.Ordinal);

    /// <summary>Gets all items.</summary>
    public IEnumerable<T> All => _items.Values.SelectMany(Read);

    /// <summary>Returns the number of items with a name.</summary>
    public int Count(string name) => _items.GetValueOrDefault(name) switch
    {
        null => 0,
        HashSet<T> several => several.Count,
        _ => 1,
    };

    /// <summary>Returns the items with a name.</summary>
    public IEnumerable<T> Find(string name) => Read(_items.GetValueOrDefault(name));

    /// <summary>Adds an item. Does nothing when it is there.</summary>
    public void Add(string name, T item)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_items, name, out _);
        switch (entry)
        {
            case null:
                entry = item;
                break;
            case HashSet<T> several:
                several.Add(item);
                break;
            case T first when first != item:
                entry = new HashSet<T>(ReferenceEqualityComparer.Instance) { first, item };
                break;
        }
    }

    /// <summary>Removes an item. Does nothing when it is not there.</summary>
    public void Remove(string name, T item)
    {
        if (!_items.TryGetValue(name, out var entry))
        {
            return;
        }

        if (entry is HashSet<T> several ? several.Remove(item) && several.Count == 0 : entry == item)
        {
            _items.Remove(name);
        }
    }

    private static IEnumerable<T> Read(object? entry) => entry switch
    {
        null => [],
        HashSet<T> several => several,
        _ => [(T)entry],
    };
}
