namespace Notify.Broker.Clustering;

/// <summary>
/// Finds the largest set of nodes that all reach each other. Of several sets of this size it returns the one with the first nodes in the
/// given order, so that the same information always gives the same result.
/// </summary>
internal static class LargestSet
{
    // A few nodes with a few broken links need a few steps. More steps mean that the network is falling apart; the best set up to this
    // limit is the same for all nodes as well.
    private const int MaxSteps = 2_000;

    /// <summary>Finds the set.</summary>
    /// <param name="nodes">The nodes, the preferred ones first.</param>
    /// <param name="broken">The broken links.</param>
    public static IReadOnlyList<T> Find<T>(IReadOnlyList<T> nodes, BrokenLinks<T> broken)
        where T : notnull => new Search<T>(broken).Run(nodes);

    /// <summary>Finds the largest set that contains a given node.</summary>
    public static IReadOnlyList<T> FindWith<T>(T node, IReadOnlyList<T> nodes, BrokenLinks<T> broken)
        where T : notnull => [node, .. Find([.. nodes.Where(other => !other.Equals(node) && !broken.Contains(node, other))], broken)];

    private sealed class Search<T>(BrokenLinks<T> broken)
        where T : notnull
    {
        private readonly List<T> _chosen = [];
        private IReadOnlyList<T> _best = [];
        private int _steps;

        public IReadOnlyList<T> Run(IReadOnlyList<T> nodes)
        {
            Extend(nodes);
            return _best;
        }

        // First with the next candidate, then without it. A later set only replaces an earlier one if it is larger.
        private void Extend(IReadOnlyList<T> left)
        {
            if (_chosen.Count > _best.Count)
            {
                _best = [.. _chosen];
            }

            if (left.Count == 0 || _chosen.Count + Bound(left) <= _best.Count || (++_steps > MaxSteps && _best.Count > 0))
            {
                return;
            }

            var first = left[0];
            _chosen.Add(first);
            Extend([.. left.Skip(1).Where(node => !broken.Contains(first, node))]);
            _chosen.RemoveAt(_chosen.Count - 1);
            Extend([.. left.Skip(1)]);
        }

        // Of two nodes that do not reach each other only one can be in the set.
        private int Bound(IReadOnlyList<T> left)
        {
            var free = left.ToList();
            var pairs = 0;
            while (free.Count > 0)
            {
                var node = free[^1];
                free.RemoveAt(free.Count - 1);
                var other = free.FindIndex(candidate => broken.Contains(node, candidate));
                if (other >= 0)
                {
                    free.RemoveAt(other);
                    pairs++;
                }
            }

            return left.Count - pairs;
        }
    }
}
