namespace Notify.Broker.Clustering;

/// <summary>Which of the seeds begins a cluster: the first of the list, and when that one is gone, the first of those that are here.</summary>
internal static class SeedOrder
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Whether this node is a seed, and none that stands before it in the list can be dialled.</summary>
    public static async Task<bool> IsFirstOfThoseHereAsync(IReadOnlyList<NodeAddress> seeds, ClusterSettings settings, CancellationToken cancellationToken)
    {
        var before = seeds.TakeWhile(seed => seed != settings.Self).ToList();
        if (before.Count == seeds.Count)
        {
            return false;
        }

        var answers = await Task.WhenAll(before.Select(seed => SeedProbe.CanDialAsync(seed, settings.Identity, DialTimeout, cancellationToken)));
        return !answers.Contains(true);
    }

    /// <summary>The seeds with this node as the first.</summary>
    public static IEnumerable<NodeAddress> From(IReadOnlyList<NodeAddress> seeds, NodeAddress self) => seeds.Where(seed => seed != self).Prepend(self);
}
