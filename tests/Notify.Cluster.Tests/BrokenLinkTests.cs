using System.Diagnostics;

namespace Notify.Cluster.Tests;

/// <summary>
/// Tests three nodes with PostgreSQL, of which two do not reach each other while the third reaches both: two of them continue.
/// </summary>
public sealed class BrokenLinkTests
{
    // When all nodes with broken links were removed, all three stopped every 18 s as long as the link was broken.
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(25);

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(0, 2, true)]
    public async Task Two_go_on_and_the_third_comes_back_when_the_link_is_whole(int one, int other, bool isOneWay)
    {
        await using var stage = await TestCluster.StartAsync(3, isMemory: false);
        await using var scene = await Workload.StartAsync(stage.Nodes);
        await scene.SentAsync(200);
        Node[] ends = [stage.Nodes[one], stage.Nodes[other]];
        var starts = ends.Select(node => node.Starts).ToList();
        stage.Touch(ends);
        if (isOneWay)
        {
            stage.Network.Silence(one, other);
        }
        else
        {
            stage.Network.Break(one, other);
        }

        // One of them stops. Starting it again in the meantime must not stop another one.
        var left = await TestCluster.WaitForExitAsync(ends, starts);
        var others = stage.Nodes.Where(node => node != left).ToList();
        await scene.ProbeAsync(others);
        var before = others.Select(node => node.Starts).ToList();
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < LongEnough;)
        {
            await scene.SentAsync(20);
            Assert.False(await left.IsReadyAsync(), left.Log);
            foreach (var node in others)
            {
                await TestTimeouts.UntilAsync(node.IsReadyAsync, () => node.LastLines);
            }
        }

        Assert.Equal(before, others.Select(node => node.Starts));

        stage.Network.Heal();
        await stage.ReadyAsync();

        await scene.ProbeAsync([left]);
        await scene.SentAsync(200);
        Assert.Empty((await scene.CheckAsync(mayLose: false)).Findings);
        Assert.Empty(stage.Exits);
    }
}
