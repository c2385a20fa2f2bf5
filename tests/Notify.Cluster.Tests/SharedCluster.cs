namespace Notify.Cluster.Tests;

/// <summary>Three nodes for tests that leave them as they were.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    private Cluster? _cluster;

    internal IReadOnlyList<Node> Nodes => _cluster!.Nodes;

    public async Task InitializeAsync() => _cluster = await Cluster.StartAsync(3, "memory");

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
