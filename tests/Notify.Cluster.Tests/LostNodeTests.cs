using System.Net;
using System.Net.WebSockets;

namespace Notify.Cluster.Tests;

/// <summary>What other nodes answer to the clients of a node that is gone: what makes them begin anew.</summary>
public sealed class LostNodeTests
{
    private static readonly (HttpStatusCode, string) Unknown = (HttpStatusCode.BadRequest, """{"code":1,"message":"Session ID unknown"}""");

    [Fact]
    public async Task Sessions_of_a_node_that_is_killed_or_frozen_are_unknown_to_the_others()
    {
        await using var cluster = await Cluster.StartAsync(3, "memory");
        using var killed = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        using var frozen = await PollingClient.ConnectAsync(() => cluster.Nodes[1]);
        var poll = killed.AskAsync(cluster.Nodes[2]);

        await cluster.Nodes[0].KillAsync();

        Assert.Equal(Unknown, await poll);
        Assert.Equal(Unknown, await killed.AskAsync(cluster.Nodes[1]));
        Assert.Equal(Unknown, await killed.AskAsync(cluster.Nodes[2]));

        await cluster.Nodes[1].FreezeAsync();

        Assert.Equal(Unknown, await frozen.AskAsync(cluster.Nodes[2]));
    }

    [Fact]
    public async Task A_node_that_leaves_ends_what_it_passes_on_and_exits_in_time()
    {
        await using var cluster = await Cluster.StartAsync(3, "memory");
        using var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        using var socket = await UpgradedSocket.UpgradeAsync(client, cluster.Nodes[1], cluster.Nodes[1]);

        Assert.Equal(0, await cluster.Nodes[1].LeaveAsync());

        await Assert.ThrowsAsync<WebSocketException>(socket.ReceiveAsync);
        await Patience.UntilAsync(async () => await client.AskAsync(cluster.Nodes[0]) == Unknown, () => "the session outlives its socket");
    }
}
