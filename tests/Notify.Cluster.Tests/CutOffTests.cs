using System.Net;

namespace Notify.Cluster.Tests;

/// <summary>A node with PostgreSQL that the others lose sight of while it lives on: its channels get new owners, and it writes to none of them.</summary>
public sealed class CutOffTests
{
    [Fact]
    public async Task A_node_that_was_frozen_and_wakes_finds_that_its_channels_live_elsewhere()
    {
        await using var stage = await Stage.StartAsync(3, isMemory: false);
        await using var scene = await Scene.StartAsync(stage.Nodes);
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

    [Fact]
    public async Task The_first_seed_alone_is_parted_from_the_others_and_comes_back()
    {
        await using var stage = await Stage.StartAsync(3, isMemory: false);
        await using var scene = await Scene.StartAsync(stage.Nodes);
        await scene.SentAsync(200);
        var alone = stage.Nodes[0];
        stage.Touch(alone);
        stage.Hold(alone);
        stage.Network.Part(0);
        var probe = scene.ProbeAsync([.. stage.Nodes.Skip(1)]);

        await Patience.UntilAsync(async () => await alone.ReadinessAsync() == (HttpStatusCode.ServiceUnavailable, """{"status":"no quorum"}"""), () => alone.Log);
        while (alone.IsRunning)
        {
            // Whatever it is asked until it ends, it takes nothing.
            var answer = await alone.PostAsync(scene.Channels[0], "nobody may be told this");
            Assert.True(answer is { Status: null } or { Status: HttpStatusCode.ServiceUnavailable, SaysWhenToRetry: true }, answer.ToString());
        }

        Assert.NotEqual(0, alone.ExitCode);
        await probe;
        await scene.SentAsync(200);

        // It is started again where it is still alone, and does not become a cluster of its own.
        var said = alone.Log.Length;
        stage.Release(alone);
        await Patience.UntilAsync(() => alone.Log[said..].Contains("Waiting for the cluster", StringComparison.Ordinal), () => alone.Log);
        Assert.False(await alone.IsReadyAsync());
        stage.Network.Heal();
        await stage.ReadyAsync();

        Assert.Single(stage.Nodes, node => node.IsCoordinator);
        await scene.ProbeAsync([alone]);
        await scene.SentAsync(200);
        Assert.Empty((await scene.CheckAsync(mayLose: false)).Findings);
    }
}
