namespace Notify.Cluster.Tests;

/// <summary>Runs three nodes for tests that leave them unchanged.</summary>
[CollectionDefinition(Name)]
public sealed class SharedCluster : IAsyncLifetime, ICollectionFixture<SharedCluster>
{
    internal const string Name = "three nodes that are left as they were";

    private NodeCluster? _cluster;

    internal IReadOnlyList<Node> Nodes => _cluster!.Nodes;

    public async Task InitializeAsync() => _cluster = await NodeCluster.StartAsync(3);

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
