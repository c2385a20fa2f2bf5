namespace Notify.Cluster.Tests;

/// <summary>
/// Tests nodes with PostgreSQL that are killed while backends publish and clients listen: no accepted notification is lost, duplicated or
/// out of order.
/// </summary>
public sealed class KilledNodeTests
{
    [Fact]
    public async Task The_owner_of_a_channel_the_node_that_took_the_send_and_the_oldest_are_killed()
    {
        await using var stage = await TestCluster.StartAsync(3, isMemory: false);
        await using var scene = await Workload.StartAsync(stage.Nodes);
        var mishaps = new FaultInjector(stage, scene, seed: 1);
        foreach (var mishap in new[] { mishaps.KillOwnerAsync, mishaps.KillAskedAsync, mishaps.KillOldestAsync })
        {
            await scene.SentAsync(200);
            await TestTimeouts.UntilAsync(
                () => scene.Channels.All(channel => stage.Owner(channel) is not null), () => "a channel has no owner");
            await stage.OneCoordinatesAsync();
            await mishap();
            await stage.ReadyAsync();
        }

        await scene.SentAsync(200);
        Assert.Empty((await scene.CheckAsync(mayLose: false)).Findings);
    }
}
