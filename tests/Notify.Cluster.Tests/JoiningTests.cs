using System.Net;

namespace Notify.Cluster.Tests;

/// <summary>Tests which nodes can join a cluster.</summary>
public sealed class JoiningTests
{
    [Fact]
    public async Task A_first_node_that_stays_alone_does_not_become_a_cluster_of_its_own()
    {
        await using var cluster = NodeCluster.Create(3);
        cluster.Nodes[0].Start();

        Assert.Equal(1, await cluster.Nodes[0].ExitAsync());

        Assert.Contains("did not become one of the cluster within 30 s: 2 of its seeds", cluster.Nodes[0].Log, StringComparison.Ordinal);
        Assert.Contains("1 of the 2 nodes that are needed are here", cluster.Nodes[0].Log, StringComparison.Ordinal);

        // Without a store it says at the start what it does not promise.
        Assert.Contains(
            "a channel's history is lost when its node stops or the channel moves to another; clients then hear recovered: false",
            cluster.Nodes[0].Log,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_seeds_become_a_cluster_without_the_first_which_joins_them_when_it_comes()
    {
        await using var cluster = NodeCluster.Create(3);
        cluster.Nodes[1].Start();
        cluster.Nodes[2].Start();
        await TestTimeouts.UntilAsync(
            async () => await cluster.Nodes[1].IsReadyAsync() && await cluster.Nodes[2].IsReadyAsync(), () => cluster.Nodes[1].Log);
        cluster.Nodes[0].Start();
        await cluster.ReadyAsync();

        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(HttpStatusCode.OK, await node.SendAsync("c", "1"));
        }
    }
}
