namespace Notify.Broker.Clustering;

/// <summary>
/// Finds the largest set of nodes that all reach each other. Of several as large it is the one with the first of the nodes, in the order
/// that they are given in, so that all who know the same find the same.
/// </summary>
internal static class LargestSet
{
    // A few nodes with a few broken links take a few steps. What takes more is a network that is falling apart; the best set until then is
    // the same for everybody too.
    private const int MaxSteps = 2_000;

    /// <summary>Finds the set.</summary>
    /// <param name="nodes">The nodes, those that are preferred first.</param>
    /// <param name="broken">The links that are broken.</param>
    public static IReadOnlyList<T> Find<T>(IReadOnlyList<T> nodes, BrokenLinks<T> broken)
        where T : notnull => new Search<T>(broken).Run(nodes);

    /// <summary>Finds the largest set that has one of the nodes in it.</summary>
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

        // With the first of those left, and then without it. What is found first stays unless a later one is larger.
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

        // Of two nodes that do not reach each other one has to go.
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
