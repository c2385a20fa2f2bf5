using Akka.Cluster;

namespace Notify.Broker.Clustering;

/// <summary>
/// Decides which members continue when links between them are broken: the largest set of members that all reach each other, if the rule
/// allows it. Each member decides on its own. Members that can communicate have the same information, and so make the same decision.
/// </summary>
internal static class DowningDecision
{
    private static readonly Comparer<UniqueAddress> NodeOrder = Comparer<UniqueAddress>.Create((one, other) =>
        Member.AddressOrdering.Compare(one.Address, other.Address) is not 0 and var order ? order : one.Uid.CompareTo(other.Uid));

    /// <summary>Decides which members continue; none, when the rule allows no set.</summary>
    /// <param name="byAge">The members, the oldest first. Members that are down or exiting no longer count.</param>
    /// <param name="broken">The broken links.</param>
    /// <param name="rule">The rule for the sets that may continue.</param>
    public static IReadOnlySet<UniqueAddress> Keep(IReadOnlyList<DowningMember> byAge, BrokenLinks<UniqueAddress> broken, DowningRule rule)
    {
        var kept = Choose([.. byAge.Where(member => member.Counts)], broken, rule).ToHashSet();
        if (!(rule is DowningRule.Oldest ? IsSameLater(byAge, kept, broken) : IsEnough(byAge, kept)))
        {
            return new HashSet<UniqueAddress>();
        }

        // Joining members are kept if they reach all members that continue. They are never the reason for another member's removal.
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

    // Prefers the oldest members. A member that left because of a broken link and has returned must not displace those that stayed, and the
    // singleton that allocates the shards does not have to move. Of two halves it keeps the one with the lowest address, like Akka's own
    // strategy, which nodes of an earlier version use.
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

    // On the other side of a broken link, joining nodes may already be members, and leaving ones may be gone. The decision must be the same
    // then.
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
