namespace Notify.Cluster.Tests;

/// <summary>Tests nodes with PostgreSQL that join and leave in an orderly way while backends publish and clients listen.</summary>
public sealed class ComingAndGoingTests
{
    [Fact]
    public async Task A_node_joins_and_takes_channels_over_and_the_others_are_restarted_in_turn()
    {
        // On a busy machine, channels move for longer than the usual five seconds.
        await using var stage = await TestCluster.StartAsync(4, isMemory: false, later: 1, sendTimeout: "20s");

        // Enough channels that some of them are on shards that move.
        await using var scene = await Workload.StartAsync(stage.Nodes, channels: 40, backends: 3, TimeSpan.FromMilliseconds(40));
        await scene.SentAsync(200);
        var joining = stage.Nodes[3];
        stage.Release(joining);
        await stage.ReadyAsync();
        await TestTimeouts.UntilAsync(
            () => scene.Channels.Any(channel => stage.Owner(channel) == joining),
            () => "no channel moved to the node that joined");

        foreach (var node in stage.Nodes.Take(3))
        {
            await scene.SentAsync(200);
            stage.Touch(node);
            Assert.Equal(0, await node.LeaveAsync());
            await stage.ReadyAsync();
        }

        await scene.SentAsync(200);
        Assert.Empty((await scene.CheckAsync(mayLose: false)).Findings);
        var failed = string.Join(", ", scene.Backends.SelectMany(backend => backend.FailedTwice));
        var answers = string.Join(", ", scene.Backends.SelectMany(backend => backend.Refusals));
        var waits = string.Join(", ", scene.Backends.SelectMany(backend => backend.Waits));
        Assert.True(failed.Length == 0, $"{failed} failed twice. Answers: {answers}; waits: {waits}");
    }
}
