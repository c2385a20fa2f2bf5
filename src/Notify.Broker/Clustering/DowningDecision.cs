using Akka.Cluster;

namespace Notify.Broker.Clustering;

/// <summary>
/// Decides which members go on when links between them are broken: the largest set of which all reach each other, if it may. Each member
/// decides by itself; all that hear of each other know the same, and so decide the same.
/// </summary>
internal static class DowningDecision
{
    private static readonly Comparer<UniqueAddress> NodeOrder = Comparer<UniqueAddress>.Create((one, other) =>
        Member.AddressOrdering.Compare(one.Address, other.Address) is not 0 and var order ? order : one.Uid.CompareTo(other.Uid));

    /// <summary>Decides who goes on; nobody, when no set may.</summary>
    /// <param name="byAge">The members, the oldest first. Those that are down or exiting are no longer asked.</param>
    /// <param name="broken">The links that are broken.</param>
    /// <param name="rule">Which sets may go on.</param>
    public static IReadOnlySet<UniqueAddress> Keep(IReadOnlyList<DowningMember> byAge, BrokenLinks<UniqueAddress> broken, DowningRule rule)
    {
        var kept = Choose([.. byAge.Where(member => member.Counts)], broken, rule).ToHashSet();
        if (!(rule is DowningRule.Oldest ? IsSameLater(byAge, kept, broken) : IsEnough(byAge, kept)))
        {
            return new HashSet<UniqueAddress>();
        }

        // Those on their way in come along when they reach all who go on. They are never the reason why another one has to leave.
        foreach (var joining in byAge.Where(member => member.Joins).Select(member => member.Node))
        {
            if (!kept.Any(node => broken.Contains(node, joining)))
            {
                kept.Add(joining);
            }
        }

        return kept;
    }

    private static IReadOnlyList<UniqueAddress> Choose(
        IEnumerable<DowningMember> byAge, BrokenLinks<UniqueAddress> broken, DowningRule rule)
    {
        var nodes = byAge.Select(member => member.Node).ToList();
        return nodes.Count == 0 ? [] : rule is DowningRule.Oldest ? WithOldest(nodes, broken) : Largest(nodes, broken);
    }

    // The oldest are preferred: one that left because of a broken link and has come back does not drive out who stayed, and the singleton
    // that gives the shards their homes need not move. Of two halves it is the one with the lowest address, as with Akka's own strategy,
    // which nodes of an earlier version have.
    private static IReadOnlyList<UniqueAddress> Largest(List<UniqueAddress> nodes, BrokenLinks<UniqueAddress> broken)
    {
        var largest = LargestSet.Find(nodes, broken);
        if (largest.Count * 2 != nodes.Count)
        {
            return largest;
        }

        var lowest = Lowest(nodes);
        return LargestSet.Find([lowest, .. nodes.Where(node => !node.Equals(lowest))], broken);
    }

    private static IReadOnlyList<UniqueAddress> WithOldest(List<UniqueAddress> nodes, BrokenLinks<UniqueAddress> broken)
    {
        var withOldest = LargestSet.FindWith(nodes[0], nodes, broken);
        return withOldest.Count == 1 && LargestSet.Find(nodes[1..], broken) is { Count: > 1 } others ? others : withOldest;
    }

    // Beyond a broken link those who join may be members already, and those who leave may have gone. It has to be the same then.
    private static bool IsSameLater(IReadOnlyList<DowningMember> byAge, HashSet<UniqueAddress> kept, BrokenLinks<UniqueAddress> broken)
    {
        var later = byAge.Where(member => member.Status is MemberStatus.Up || member.Joins).ToList();
        var keptLater = Choose(later, broken, DowningRule.Oldest);
        return keptLater.Count > 0 && later.Where(member => kept.Contains(member.Node)).All(member => keptLater.Contains(member.Node));
    }

    private static bool IsEnough(IReadOnlyList<DowningMember> members, HashSet<UniqueAddress> kept)
    {
        var now = members.Where(member => member.Counts).Select(member => member.Node).ToList();
        var stay = members.Where(member => member.Status is MemberStatus.Up).Select(member => member.Node).ToList();
        var others = members.Count(member => (member.Counts || member.Joins) && !kept.Contains(member.Node));
        return IsMajority(kept.Count, now.Count - kept.Count, now, kept) && IsMajority(stay.Count(kept.Contains), others, stay, kept);
    }

    private static bool IsMajority(int count, int others, List<UniqueAddress> members, HashSet<UniqueAddress> kept) =>
        count > others || (count > 0 && count == others && kept.Contains(Lowest(members)));

    private static UniqueAddress Lowest(List<UniqueAddress> nodes) => nodes.Min(NodeOrder)!;
}
