using System.Net;

namespace Notify.Cluster.Tests;

/// <summary>Tests a node with PostgreSQL that the other nodes cannot reach, while everything else can.</summary>
public sealed class PartitionTests
{
    [Fact]
    public async Task The_first_seed_alone_is_parted_from_the_others_and_comes_back()
    {
        await using var stage = await TestCluster.StartAsync(3, isMemory: false);
        await using var scene = await Workload.StartAsync(stage.Nodes);
        await scene.SentAsync(200);
        var alone = stage.Nodes[0];
        stage.Touch(alone);
        stage.Hold(alone);
        stage.Network.Part(0);
        var probe = scene.ProbeAsync([.. stage.Nodes.Skip(1)]);

        await TestTimeouts.UntilAsync(
            async () => await alone.ReadinessAsync() is (HttpStatusCode.ServiceUnavailable, var body)
                && body.StartsWith("""{"status":"no quorum",""", StringComparison.Ordinal),
            () => alone.Log);
        while (alone.IsRunning)
        {
            // It accepts nothing until it stops.
            var answer = await alone.PostAsync(scene.Channels[0], "nobody may be told this");
            Assert.True(
                answer is { Status: null } or { Status: HttpStatusCode.ServiceUnavailable, SaysWhenToRetry: true }, answer.ToString());
            await Task.Delay(20);
        }

        Assert.NotEqual(0, alone.ExitCode);
        await probe;
        await scene.SentAsync(200);

        stage.Network.Heal();
        stage.Release(alone);
        await stage.ReadyAsync();

        await stage.OneCoordinatesAsync();
        await scene.ProbeAsync([alone]);
        await scene.SentAsync(200);
        Assert.Empty((await scene.CheckAsync(mayLose: false)).Findings);
    }
}
