namespace Notify.Broker.Clustering;

/// <summary>Determines which seed starts a cluster: the first in the list, or if it is down, the first one that is up.</summary>
internal static class SeedOrder
{
    private static readonly TimeSpan DialTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Returns whether this node is a seed and no earlier seed in the list accepts connections.</summary>
    public static async Task<bool> IsFirstOfThoseHereAsync(
        IReadOnlyList<NodeAddress> seeds, NodeAddress self, NodeIdentity identity, CancellationToken cancellationToken)
    {
        var before = seeds.TakeWhile(seed => seed != self).ToList();
        if (before.Count == seeds.Count)
        {
            return false;
        }

        var answers = await Task.WhenAll(
            before.Select(seed => SeedProbe.CanDialAsync(seed, identity, DialTimeout, cancellationToken)));
        return !answers.Contains(true);
    }

    /// <summary>Returns the seeds with this node as the first one.</summary>
    public static IEnumerable<NodeAddress> From(IReadOnlyList<NodeAddress> seeds, NodeAddress self) =>
        seeds.Where(seed => seed != self).Prepend(self);
}
