namespace Notify.Cluster.Tests;

/// <summary>Tests five nodes, of which two may be lost.</summary>
public sealed class FiveNodesTests
{
    [Fact]
    public async Task Two_of_five_nodes_are_killed_at_once()
    {
        await using var stage = await TestCluster.StartAsync(5, isMemory: false);
        await using var scene = await Workload.StartAsync(stage.Nodes);
        await scene.SentAsync(200);

        await new FaultInjector(stage, scene, seed: 1).KillTwoAsync();

        await stage.ReadyAsync();
        await scene.SentAsync(200);
        Assert.Empty((await scene.CheckAsync(mayLose: false)).Findings);
    }
}
