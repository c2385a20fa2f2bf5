using Akka.Actor;
using Akka.Cluster;
using Notify.Broker.Clustering;

namespace Notify.Broker.Tests.Clustering;

/// <summary>Tests which nodes continue when links between them are broken.</summary>
public sealed class DowningDecisionTests
{
    // A node's address is independent of its age: the one with the lowest address is neither the oldest nor the youngest.
    private static readonly int[] Ports = [4, 1, 5, 2, 3, 6, 7];

    private static readonly UniqueAddress[] Nodes =
        [.. Ports.Select((port, i) => new UniqueAddress(new Address("akka", "notify", "node", port), 100 - i))];

    [Theory]
    [InlineData(3, "0-1", "0 2")]
    [InlineData(3, "1-2", "0 1")]
    [InlineData(3, "0-2", "0 1")]
    [InlineData(3, "0-1 0-2", "1 2")]
    [InlineData(3, "0-1 1-2", "0 2")]
    [InlineData(3, "0-1 0-2 1-2", "")]
    [InlineData(4, "2-3", "0 1 2")]
    [InlineData(4, "0-2 0-3 1-2 1-3", "0 1")]
    [InlineData(4, "0-2 0-1 3-2 3-1", "1 2")]
    [InlineData(4, "0-1 2-3", "1 2")]
    [InlineData(4, "0-1 0-2 0-3", "1 2 3")]
    [InlineData(5, "0-1", "0 2 3 4")]
    [InlineData(5, "0-1 2-3", "0 2 4")]
    [InlineData(5, "0-1 1-2 2-3 3-4 4-0", "")]
    [InlineData(5, "0-2 0-3 0-4 1-2 1-3 1-4", "2 3 4")]
    [InlineData(2, "0-1", "1")]
    public void The_largest_set_that_all_reach_each_other_goes_on_when_it_is_a_majority(int count, string links, string kept) =>
        Assert.Equal(kept, Keep(count, links));

    [Theory]
    [InlineData(2, "0-1", "0")]
    [InlineData(3, "0-1", "0 2")]
    [InlineData(3, "0-1 0-2", "1 2")]
    [InlineData(3, "0-1 0-2 1-2", "0")]
    [InlineData(4, "0-2 0-3 1-2 1-3", "0 1")]
    [InlineData(5, "0-2 0-3 0-4 1-2 1-3 1-4", "0 1")]
    public void Of_a_pair_the_part_with_the_oldest_goes_on_unless_it_is_alone(int count, string links, string kept) =>
        Assert.Equal(kept, Keep(count, links, DowningRule.Oldest));

    [Fact]
    public void One_that_joins_has_to_reach_all_and_drives_nobody_out()
    {
        Assert.Equal("0 1", Keep([MemberStatus.Up, MemberStatus.Up, MemberStatus.Joining], "1-2"));
        Assert.Equal("0 1 3", Keep([MemberStatus.Up, MemberStatus.Up, MemberStatus.WeaklyUp, MemberStatus.Joining], "0-2"));
        Assert.Equal("0 1 2", Keep([MemberStatus.Up, MemberStatus.Up, MemberStatus.Joining, MemberStatus.Joining], "2-3"));
    }

    [Fact]
    public void Nobody_goes_on_when_the_others_may_have_become_the_majority_meanwhile()
    {
        MemberStatus[] twoAndThreeThatJoin =
        [
            MemberStatus.Up,
            MemberStatus.Up,
            MemberStatus.Joining,
            MemberStatus.Joining,
            MemberStatus.Joining,
        ];
        Assert.Equal("", Keep(twoAndThreeThatJoin, "0-2 0-3 0-4 1-2 1-3 1-4"));
        Assert.Equal("", Keep([MemberStatus.Up, MemberStatus.Up, MemberStatus.Leaving], "0-1 1-2"));
        Assert.Equal("", Keep([MemberStatus.Up, MemberStatus.Joining, MemberStatus.Joining], "0-1 0-2", DowningRule.Oldest));
        Assert.Equal("", Keep([MemberStatus.Joining], ""));
    }

    [Fact]
    public void Those_that_are_down_or_leave_the_cluster_are_not_asked()
    {
        Assert.Equal("0 2", Keep([MemberStatus.Up, MemberStatus.Down, MemberStatus.Up], "0-1 2-1"));
        Assert.Equal("0 2", Keep([MemberStatus.Up, MemberStatus.Exiting, MemberStatus.Up], "0-1"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whatever_links_are_broken_at_most_one_set_goes_on_and_it_is_a_largest_one(int count)
    {
        foreach (var broken in AllGraphs(count))
        {
            var parts = Parts(count, broken);
            var goOn = new HashSet<UniqueAddress>();
            foreach (var part in parts)
            {
                // Nodes that can communicate know all links of each other, but not the links between other nodes.
                var known = Links(broken.Where(link => part.Contains(link.Item1) || part.Contains(link.Item2)));
                var seen = Links(broken
                    .Where(link => part.Contains(link.Item1) || part.Contains(link.Item2))
                    .Select(link => (link.Item2, link.Item1)));
                var kept = DowningDecision.Keep(Up(count), known, DowningRule.Majority);

                Assert.Equal(kept, DowningDecision.Keep(Up(count), seen, DowningRule.Majority));
                goOn.UnionWith(part.Select(node => Nodes[node]).Where(kept.Contains));
            }

            var all = Links(broken);
            Assert.False(all.AnyAmong(goOn), Text(broken));
            Assert.True(goOn.Count == 0 || goOn.Count * 2 >= count, Text(broken));

            // Whenever there is a majority that all reach each other, a largest one continues.
            var largest = Subsets(count).Where(set => !all.AnyAmong(set)).Max(set => set.Count);
            Assert.True(largest * 2 <= count || goOn.Count == largest, $"{Text(broken)}: {goOn.Count} instead of {largest} go on");
        }
    }

    [Fact]
    public void What_Akka_reports_of_links_can_be_read()
    {
        var assembly = typeof(Akka.Cluster.Cluster).Assembly;
        var reachability = assembly.GetType("Akka.Cluster.Reachability", throwOnError: true)!;
        var records = reachability.GetField("Empty")!.GetValue(null)!;
        (string, int, int)[] reports = [("Unreachable", 0, 1), ("Unreachable", 0, 2), ("Reachable", 0, 2), ("Terminated", 2, 3)];
        foreach (var (status, one, other) in reports)
        {
            var change = reachability.GetMethod(status, [typeof(UniqueAddress), typeof(UniqueAddress)])!;
            records = change.Invoke(records, [Nodes[one], Nodes[other]])!;
        }

        var message = Activator.CreateInstance(LinkReports.EventType, records)!;

        var links = LinkReports.Read(message);

        Assert.True(LinkReports.Is(message));
        Assert.Equal(
            [(0, 1), (1, 0), (2, 3), (3, 2)],
            from one in Enumerable.Range(0, 4)
            from other in Enumerable.Range(0, 4)
            where links.Contains(Nodes[one], Nodes[other])
            select (one, other));
    }

    [Fact]
    public void It_is_decided_when_nothing_has_changed_for_a_while_and_given_up_when_it_does_not_come_to_rest()
    {
        var settling = new Settling(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(23));
        for (var i = 10; i <= 33; i++)
        {
            settling.Change(TimeSpan.FromSeconds(i));
            Assert.Equal(Settling.Verdict.Wait, settling.Look(TimeSpan.FromSeconds(i)));
        }

        settling.Change(TimeSpan.FromSeconds(34));
        Assert.Equal(Settling.Verdict.Unstable, settling.Look(TimeSpan.FromSeconds(34)));
        settling.Done(TimeSpan.FromSeconds(34));
        settling.Change(TimeSpan.FromSeconds(40));
        Assert.Equal(Settling.Verdict.Wait, settling.Look(TimeSpan.FromSeconds(42)));
        Assert.Equal(Settling.Verdict.Stable, settling.Look(TimeSpan.FromSeconds(43)));
    }

    [Fact]
    public void A_large_network_that_falls_apart_takes_bounded_work()
    {
        var random = new Random(1);
        var nodes = Enumerable.Range(0, 100).ToList();
        var broken = new BrokenLinks<int>();
        for (var i = 0; i < 2_000; i++)
        {
            var one = random.Next(100);
            broken.Add(one, (one + random.Next(1, 100)) % 100);
        }

        var found = LargestSet.Find(nodes, broken);
        Assert.False(broken.AnyAmong([.. found]));
        Assert.Equal(found, LargestSet.Find(nodes, broken));
        Assert.NotEmpty(found);
    }

    private static string Keep(int count, string links, DowningRule rule = DowningRule.Majority) =>
        Keep([.. Enumerable.Repeat(MemberStatus.Up, count)], links, rule);

    private static string Keep(MemberStatus[] statuses, string links, DowningRule rule = DowningRule.Majority)
    {
        var members = statuses.Select((status, i) => new DowningMember(Nodes[i], status)).ToList();
        var broken = Links(links.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(link => (link[0] - '0', link[2] - '0')));
        var kept = DowningDecision.Keep(members, broken, rule);
        return string.Join(' ', Enumerable.Range(0, statuses.Length).Where(i => kept.Contains(Nodes[i])));
    }

    private static List<DowningMember> Up(int count) => [.. Nodes.Take(count).Select(node => new DowningMember(node, MemberStatus.Up))];

    private static BrokenLinks<UniqueAddress> Links(IEnumerable<(int, int)> links)
    {
        var broken = new BrokenLinks<UniqueAddress>();
        foreach (var (one, other) in links)
        {
            broken.Add(Nodes[one], Nodes[other]);
        }

        return broken;
    }

    private static IEnumerable<List<(int, int)>> AllGraphs(int count)
    {
        var links = Enumerable.Range(0, count).SelectMany(other => Enumerable.Range(0, other).Select(one => (one, other))).ToList();
        return Enumerable.Range(0, 1 << links.Count).Select(bits => links.Where((_, i) => (bits & (1 << i)) != 0).ToList());
    }

    // The groups of nodes that can communicate, directly or through others.
    private static List<List<int>> Parts(int count, List<(int, int)> broken)
    {
        var part = Enumerable.Range(0, count).ToArray();
        for (var round = 0; round < count; round++)
        {
            for (var one = 0; one < count; one++)
            {
                for (var other = one + 1; other < count; other++)
                {
                    if (!broken.Contains((one, other)))
                    {
                        part[one] = part[other] = Math.Min(part[one], part[other]);
                    }
                }
            }
        }

        return [.. Enumerable.Range(0, count).GroupBy(node => part[node]).Select(group => group.ToList())];
    }

    private static IEnumerable<List<UniqueAddress>> Subsets(int count) =>
        Enumerable.Range(1, (1 << count) - 1).Select(bits => Nodes.Take(count).Where((_, i) => (bits & (1 << i)) != 0).ToList());

    private static string Text(IEnumerable<(int, int)> links) => string.Join(' ', links.Select(link => $"{link.Item1}-{link.Item2}"));
}
