using System.Net;
using System.Net.WebSockets;

namespace Notify.Cluster.Tests;

/// <summary>Tests the clients of a lost node and those of the other nodes.</summary>
public sealed class LostNodeTests
{
    private static readonly (HttpStatusCode, string) Unknown = (HttpStatusCode.BadRequest, """{"code":1,"message":"Session ID unknown"}""");

    [Fact]
    public async Task Sessions_of_a_node_that_is_killed_or_frozen_are_unknown_to_the_others()
    {
        await using var cluster = await NodeCluster.StartAsync(3);
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
        await using var cluster = await NodeCluster.StartAsync(3);
        using var client = await PollingClient.ConnectAsync(() => cluster.Nodes[0]);
        using var socket = await UpgradedSocket.UpgradeAsync(client, cluster.Nodes[1], cluster.Nodes[1]);

        Assert.Equal(0, await cluster.Nodes[1].LeaveAsync());

        await Assert.ThrowsAsync<WebSocketException>(socket.ReceiveAsync);
        await TestTimeouts.UntilAsync(
            async () => await client.AskAsync(cluster.Nodes[0]) == Unknown,
            () => "the session outlives its socket");
    }

    [Fact]
    public async Task A_node_that_is_killed_takes_nothing_but_its_own_with_it()
    {
        await using var cluster = await NodeCluster.StartAsync(3);
        var listeners = new List<Listener>();
        for (var channel = 0; channel < 20; channel++)
        {
            listeners.Add(await Listener.JoinAsync($"channel-{channel}", () => cluster.Nodes[Random.Shared.Next(1, 3)]));
            Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[0].SendAsync($"channel-{channel}", "before"));
        }

        await Task.WhenAll(listeners.Select(listener => listener.HasAsync(1)));
        await cluster.Nodes[0].KillAsync();
        for (var channel = 0; channel < 20; channel++)
        {
            var name = $"channel-{channel}";
            await TestTimeouts.UntilAsync(
                async () => await cluster.Nodes[1].SendAsync(name, "after") == HttpStatusCode.OK,
                () => cluster.Nodes[1].Log);
        }

        // Notifications that a new owner accepts before the relays have found it may be reported as lost to the clients, but no others.
        foreach (var (listener, channel) in listeners.Select((listener, channel) => (listener, channel)))
        {
            await TestTimeouts.UntilAsync(
                () => listener.Told.Contains("after") || listener.Losses > 0,
                () => $"told {string.Join(' ', listener.Told)}, losses {listener.Losses}");
            Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[2].SendAsync($"channel-{channel}", "later"));
            await TestTimeouts.UntilAsync(
                () => listener.Told.LastOrDefault() == "later",
                () => $"told {string.Join(' ', listener.Told)}, losses {listener.Losses}");
            Assert.Empty(listener.Complaints);
            await listener.DisposeAsync();
        }

        await TestTimeouts.UntilAsync(
            () => cluster.Nodes[1].Log.Contains(" cannot be reached by a node of the cluster.", StringComparison.Ordinal)
                && cluster.Nodes[1].Log.Contains(", which was lost, is removed", StringComparison.Ordinal),
            () => cluster.Nodes[1].Log);
        cluster.Nodes[0].Start();
        await cluster.ReadyAsync();
        Assert.Equal(HttpStatusCode.OK, await cluster.Nodes[0].SendAsync("channel-1", "again"));
    }
}
