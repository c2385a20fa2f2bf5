namespace Notify.Broker.Tests.Clustering;

/// <summary>Tests the log lines about a node that leaves.</summary>
public sealed class NodeLogTests
{
    [Fact]
    public async Task A_node_that_leaves_is_named_and_is_not_lost()
    {
        var nodes = HostedNode.Create(3);
        try
        {
            await HostedNode.StartAsync(nodes);
            var left = NameOf(nodes[2]);
            await nodes[2].DisposeAsync();
            await HostedNode.UntilAsync(() =>
                nodes[0].Log.Any(line => line.StartsWith($"Node {left} has left the cluster", StringComparison.Ordinal)));
            Assert.DoesNotContain(nodes[0].Log, line => line.Contains("which was lost", StringComparison.Ordinal));
        }
        finally
        {
            await Task.WhenAll(nodes.Take(2).Select(node => node.DisposeAsync().AsTask()));
        }
    }

    private static string NameOf(HostedNode node)
    {
        var address = Akka.Cluster.Cluster.Get(node.System).SelfAddress;
        return $"{address.Host}:{address.Port}";
    }
}
