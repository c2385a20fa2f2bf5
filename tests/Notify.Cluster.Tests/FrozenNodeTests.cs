namespace Notify.Cluster.Tests;

/// <summary>
/// Tests a node with PostgreSQL that freezes until its channels have new owners. When it continues, it must not write to any of them.
/// </summary>
public sealed class FrozenNodeTests
{
    [Fact]
    public async Task A_node_that_was_frozen_and_wakes_finds_that_its_channels_live_elsewhere()
    {
        await using var stage = await TestCluster.StartAsync(3, isMemory: false);
        await using var scene = await Workload.StartAsync(stage.Nodes);
        await scene.SentAsync(200);
        var owner = stage.Owner(scene.Channels[0])!;
        stage.Touch(owner);
        stage.Hold(owner);
        await owner.FreezeAsync();

        await scene.ProbeAsync([.. stage.Nodes.Where(node => node != owner)]);
        await scene.SentAsync(200);
        await owner.ThawAsync();

        Assert.NotEqual(0, await owner.ExitAsync());
        stage.Release(owner);
        await stage.ReadyAsync();
        await scene.SentAsync(200);
        Assert.Empty((await scene.CheckAsync(mayLose: false)).Findings);
    }
}
