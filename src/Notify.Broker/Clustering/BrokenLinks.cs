namespace Notify.Broker.Clustering;

/// <summary>
/// Holds the broken links between nodes. A link stands for both directions, because messages and their responses need both. It is broken
/// when either end reports it.
/// </summary>
internal sealed class BrokenLinks<T>
    where T : notnull
{
    private readonly HashSet<(T, T)> _links = [];

    /// <summary>Adds the link between two nodes.</summary>
    public void Add(T one, T other)
    {
        _links.Add((one, other));
        _links.Add((other, one));
    }

    /// <summary>Returns whether the link between two nodes is broken.</summary>
    public bool Contains(T one, T other) => _links.Contains((one, other));

    /// <summary>Returns whether any link among these nodes is broken.</summary>
    public bool AnyAmong(IReadOnlyCollection<T> nodes) => _links.Count > 0 && nodes.Any(one => nodes.Any(other => Contains(one, other)));
}
