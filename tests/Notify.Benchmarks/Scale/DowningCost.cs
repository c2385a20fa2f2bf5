using Akka.Actor;
using Akka.Cluster;
using Notify.Broker.Clustering;

namespace Notify.Benchmarks.Scale;

/// <summary>Holds the CPU time of one decision which nodes continue, in milliseconds. Every node makes it with each new report.</summary>
internal sealed record DowningCost
{
    /// <summary>Gets it for one node that no other reaches.</summary>
    public required double Killed { get; init; }

    /// <summary>Gets it for a third of the nodes that the others do not reach.</summary>
    public required double Cut { get; init; }

    /// <summary>Gets it for every hundredth link broken, at random.</summary>
    public required double Scattered { get; init; }

    /// <summary>Gets how many nodes would continue with every hundredth link broken.</summary>
    public required int ScatteredKept { get; init; }

    /// <summary>Measures it.</summary>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="seed">The seed of the random links.</param>
    public static DowningCost Measure(int nodes, int seed)
    {
        var random = new Random(seed);
        var members = Enumerable.Range(0, nodes)
            .Select(i => new DowningMember(
                new UniqueAddress(new Address("akka.ssl.tcp", "notify", $"10.0.0.{i}", 4053), random.Next()), MemberStatus.Up))
            .ToList();
        var scattered = Broken(members, (_, _) => random.Next(100) == 0);
        return new DowningCost
        {
            Killed = Decide(Broken(members, (one, other) => one == nodes / 2 || other == nodes / 2)),
            Cut = Decide(Broken(members, (one, other) => one % 3 == 0 != (other % 3 == 0))),
            Scattered = Decide(scattered),
            ScatteredKept = DowningDecision.Keep(members, scattered, DowningRule.Majority).Count,
        };

        double Decide(BrokenLinks<UniqueAddress> broken) =>
            ProcessorTime.Measure(() => _ = DowningDecision.Keep(members, broken, DowningRule.Majority));
    }

    private static BrokenLinks<UniqueAddress> Broken(List<DowningMember> members, Func<int, int, bool> isBroken)
    {
        var broken = new BrokenLinks<UniqueAddress>();
        for (var one = 0; one < members.Count; one++)
        {
            for (var other = one + 1; other < members.Count; other++)
            {
                if (isBroken(one, other))
                {
                    broken.Add(members[one].Node, members[other].Node);
                }
            }
        }

        return broken;
    }
}
