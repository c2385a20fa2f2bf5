using Notify.Server.Operators;

namespace Notify.Server.Tests.Operators;

public sealed class OverviewAnswerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nodes_are_added_up_and_their_seconds_are_aligned_at_the_newest()
    {
        var overview = OverviewAnswer.Of(new NodesAnswer(
            [
                Node("a", 3, [new(Noon, 1, 10, 0, 5, null), new(Noon.AddSeconds(1), 3, 20, 1, 6, 4)]),
                Node("b", 4, [new(Noon.AddHours(1), 4, 100, 0, 7, 8)]),
            ],
            ["c"]));

        Assert.Equal((7, 2, 4), (overview.Connections, overview.Channels, overview.Subscriptions));
        Assert.Equal((3, 5), (overview.Sends, overview.Deliveries));
        Assert.Equal(
            [new ActivityPoint(Noon, 1, 10, 0, 5, null), new ActivityPoint(Noon.AddSeconds(1), 7, 120, 1, 13, 8)],
            overview.Points);
        Assert.Equal(["a", "b"], overview.Nodes.Select(static node => node.Node));
        Assert.All(overview.Nodes, static node => Assert.Empty(node.Points));
        Assert.Equal(["c"], overview.Silent);
    }

    private static NodeStatus Node(string name, long connections, IReadOnlyList<ActivityPoint> points) => new()
    {
        Node = name,
        Version = "1",
        StartedAt = Noon,
        State = "ok",
        Connections = new Dictionary<string, long> { ["plain"] = connections },
        Channels = 1,
        Joined = 1,
        Subscriptions = 2,
        Shards = 0,
        Members = 2,
        Unreachable = 0,
        Memory = 1,
        Cpu = 0,
        Sends = 1.5,
        Deliveries = 2.5,
        QueueLargest = 0,
        Points = points,
    };
}
