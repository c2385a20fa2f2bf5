using Notify.Broker.Clustering;

namespace Notify.Broker.Tests.Clustering;

/// <summary>Tests that the number of shards is a part of the protocol between nodes.</summary>
[Trait("Duration", "Long")]
public sealed class ShardCountTests
{
    [Fact]
    public async Task A_node_with_another_count_of_shards_is_refused_and_disturbs_nobody()
    {
        var nodes = HostedNode.Create(3, shards: i => i == 2 ? 120 : 100);
        await HostedNode.StartAsync([nodes[0], nodes[1]]);
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var sends = Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                await nodes[n % 2].SendAsync($"channel-{n % 50}", "x");
                Interlocked.Increment(ref sent);
            }
        });

        var refusal = await Assert.ThrowsAsync<ClusterJoinException>(nodes[2].StartAsync);

        Assert.Contains(
            "this node spreads the channels over 120 shards, and the cluster, which 127.0.0.1:",
            refusal.Message,
            StringComparison.Ordinal);
        Assert.Contains(" belongs to, over 100:", refusal.Message, StringComparison.Ordinal);
        await HostedNode.UntilAsync(() => nodes.Take(2).All(node => node.Broker.Membership.Members.Count == 2));
        await HostedNode.UntilAsync(() => sends.IsCompleted || Volatile.Read(ref sent) > 50);
        await stop.CancelAsync();
        await sends;
        Assert.True(nodes[0].Broker.Membership.HasQuorum);
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("shards-100", 100)]
    [InlineData("shards-", null)]
    [InlineData("socket-0001", null)]
    public void The_count_stands_in_a_role(string role, int? count) => Assert.Equal(count, NodeRoles.ReadShards(["other", role]));
}
