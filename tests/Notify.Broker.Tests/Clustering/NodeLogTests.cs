namespace Notify.Broker.Tests.Clustering;

/// <summary>What the log says of a node that is lost, and of one that leaves.</summary>
public sealed class NodeLogTests
{
    // An actor system that is ended then ends as if its process were killed.
    private const string Abrupt =
        "akka.coordinated-shutdown.run-by-actor-system-terminate = off\nakka.cluster.split-brain-resolver.stable-after = 1s";

    [Fact]
    public async Task A_lost_node_is_named_with_what_happens_next()
    {
        var nodes = HostedNode.Create(3, hocon: Abrupt);
        try
        {
            await HostedNode.StartAsync(nodes);
            var lost = NameOf(nodes[2]);
            await nodes[2].System.Terminate();
            await HostedNode.UntilAsync(() =>
                nodes[0].Log.Any(line => line.StartsWith($"Node {lost}, which was lost, is removed", StringComparison.Ordinal)));

            var line = Assert.Single(nodes[0].Log, line => line.StartsWith("Lost: ", StringComparison.Ordinal));
            Assert.StartsWith($"Lost: {lost}. The cluster goes on with 127.0.0.1:", line, StringComparison.Ordinal);
            Assert.DoesNotContain(nodes[0].Log, line => line.Contains("has left the cluster", StringComparison.Ordinal));
        }
        finally
        {
            await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
        }
    }

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
