namespace Notify.Broker.Clustering;

/// <summary>
/// Holds which links between nodes are broken. A link is one for both directions: messages and their answers need both, so it is broken
/// when either end says so.
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

    /// <summary>Whether the link between two nodes is broken.</summary>
    public bool Contains(T one, T other) => _links.Contains((one, other));

    /// <summary>Whether a link between any two of these nodes is broken.</summary>
    public bool AnyAmong(IReadOnlyCollection<T> nodes) => _links.Count > 0 && nodes.Any(one => nodes.Any(other => Contains(one, other)));
}
