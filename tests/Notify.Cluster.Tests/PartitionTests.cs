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

        // It says so for a few seconds only, and then stops.
        await TestTimeouts.UntilAsync(
            () => alone.Log.Contains("publishes are answered with 503 until a majority is", StringComparison.Ordinal), () => alone.Log);
        while (alone.IsRunning)
        {
            var (status, body) = await alone.ReadinessAsync();
            Assert.True(status is null or HttpStatusCode.ServiceUnavailable, body);

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
