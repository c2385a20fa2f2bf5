using Notify.Storage.Tests;

namespace Notify.Cluster.Tests;

/// <summary>Three nodes with PostgreSQL, to which things happen while backends send and clients listen: nothing that was accepted is lost, doubled or out of order.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private Cluster _cluster = null!;
    private Scene _scene = null!;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync(3, "postgres:" + PostgresServer.Shared.CreateDatabase());
        _scene = await Scene.StartAsync(_cluster.Nodes);
    }

    public async Task DisposeAsync()
    {
        await _scene.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Nodes_are_killed_one_after_another()
    {
        foreach (var node in _cluster.Nodes)
        {
            await SentAsync(200);
            await node.KillAsync();
            await SentAsync(200);
            node.Start();
            await _cluster.ReadyAsync();
        }

        await _scene.CheckAsync(mayLose: false);
    }

    [Fact]
    public async Task Nodes_are_restarted_in_turn_and_no_send_fails_twice()
    {
        foreach (var node in _cluster.Nodes)
        {
            await SentAsync(200);
            Assert.Equal(0, await node.LeaveAsync());
            await SentAsync(200);
            node.Start();
            await _cluster.ReadyAsync();
        }

        await _scene.CheckAsync(mayLose: false);
    }

    [Fact]
    public async Task A_node_that_was_frozen_and_wakes_finds_that_its_channels_live_elsewhere()
    {
        await SentAsync(200);
        await _cluster.Nodes[1].FreezeAsync();
        await Task.Delay(TimeSpan.FromSeconds(20));
        await SentAsync(200);
        await _cluster.Nodes[1].ThawAsync();

        Assert.NotEqual(0, await _cluster.Nodes[1].ExitAsync());
        _cluster.Nodes[1].Start();
        await _cluster.ReadyAsync();
        await SentAsync(200);
        await _scene.CheckAsync(mayLose: false);
    }

    private Task SentAsync(int more)
    {
        var target = Count() + more;
        return Patience.UntilAsync(() => Count() >= target, () => $"{Count()} of {target} were accepted\n" + string.Join("\n\n", _cluster.Nodes.Select(node => node.Log)));

        int Count() => _scene.Backends.Sum(backend => backend.Accepted.Count);
    }
}
