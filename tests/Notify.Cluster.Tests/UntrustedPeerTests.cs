using System.Net;

namespace Notify.Cluster.Tests;

/// <summary>Tests that a node with another secret, at any address and at any time, is the only one that stops.</summary>
public sealed class UntrustedPeerTests : IAsyncLifetime
{
    private const string Stranger = "a secret of somebody else";

    private readonly List<Dictionary<string, string>> _settings = [];
    private readonly NodeCluster _cluster;

    public UntrustedPeerTests()
    {
        _cluster = NodeCluster.Create(3, (_, settings) => _settings.Add(settings));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task A_stranger_at_a_seeds_address_does_not_keep_the_others_from_starting()
    {
        _settings[2]["NOTIFY_CLUSTER_SECRET"] = Stranger;
        _cluster.Nodes[2].Start();
        await WaitingAsync(_cluster.Nodes[2]);

        _cluster.Nodes[0].Start();
        _cluster.Nodes[1].Start();

        Assert.Equal(1, await _cluster.Nodes[2].ExitAsync());
        await BothServeAsync();
        _cluster.Nodes[2].Start();
        Assert.Equal(1, await _cluster.Nodes[2].ExitAsync());
        Assert.Contains("is a stranger to the cluster", _cluster.Nodes[2].Log, StringComparison.Ordinal);
        await BothServeAsync();
    }

    [Fact]
    public async Task A_member_that_comes_back_with_another_secret_ends_nobody_else()
    {
        foreach (var node in _cluster.Nodes)
        {
            node.Start();
        }

        await _cluster.ReadyAsync();
        await _cluster.Nodes[2].KillAsync();
        _settings[2]["NOTIFY_CLUSTER_SECRET"] = Stranger;
        _cluster.Nodes[2].Start();

        Assert.Equal(1, await _cluster.Nodes[2].ExitAsync());
        Assert.Contains("All nodes need the same NOTIFY_CLUSTER_SECRET", _cluster.Nodes[2].Log, StringComparison.Ordinal);

        // It does not wait until its time to join is over.
        Assert.DoesNotContain("within 30 s", _cluster.Nodes[2].Log, StringComparison.Ordinal);
        await BothServeAsync();
    }

    [Fact]
    public async Task A_node_that_is_asked_to_leave_while_it_waits_for_its_cluster_exits_with_0()
    {
        _cluster.Nodes[0].Start();
        await WaitingAsync(_cluster.Nodes[0]);

        Assert.Equal(0, await _cluster.Nodes[0].LeaveAsync());

        Assert.DoesNotContain("cannot start", _cluster.Nodes[0].Log, StringComparison.Ordinal);
    }

    private static Task WaitingAsync(Node node) =>
        TestTimeouts.UntilAsync(() => node.Log.Contains("Waiting for the cluster", StringComparison.Ordinal), () => node.Log);

    private async Task BothServeAsync()
    {
        foreach (var node in _cluster.Nodes.Take(2))
        {
            await TestTimeouts.UntilAsync(async () => await node.SendAsync("c", "x") == HttpStatusCode.OK, () => node.Log);
            Assert.True(node.IsRunning, node.Log);
            Assert.DoesNotContain("TLS handshake failed on outbound", node.Log, StringComparison.Ordinal);
        }
    }
}
