namespace Notify.Server.Operators;

/// <summary>Holds the first connections of one node that a question selects.</summary>
/// <param name="Connections">The connections by id.</param>
/// <param name="IsCut">Whether there are more, although the limit is not reached.</param>
internal sealed record ConnectionPage(IReadOnlyList<ConnectionInfo> Connections, bool IsCut)
{
    /// <summary>Merges the pages of all nodes to one of at most <paramref name="limit"/> connections.</summary>
    /// <returns>The connections, and the id after which the next page starts; null at the end.</returns>
    public static (IReadOnlyList<ConnectionInfo> Connections, string? Next) Merge(IReadOnlyList<ConnectionPage> pages, int limit)
    {
        // What comes after the end of a page that was cut is not known to be complete.
        var end = pages.Where(static page => page.IsCut).Select(static page => page.Connections[^1].Connection).Min(StringComparer.Ordinal);
        List<ConnectionInfo> merged =
        [
            .. pages.SelectMany(static page => page.Connections)
                .Where(connection => end is null || string.CompareOrdinal(connection.Connection, end) <= 0)
                .OrderBy(static connection => connection.Connection, StringComparer.Ordinal)
                .Take(limit),
        ];
        return (merged, merged.Count == limit || end is not null ? merged[^1].Connection : null);
    }
}
