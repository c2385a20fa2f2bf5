namespace Notify.Cluster.Tests;

/// <summary>Runs three nodes for tests that leave them unchanged.</summary>
[CollectionDefinition(Name)]
public sealed class SharedCluster : IAsyncLifetime, ICollectionFixture<SharedCluster>
{
    internal const string Name = "three nodes that are left as they were";

    private NodeCluster? _cluster;

    internal IReadOnlyList<Node> Nodes => _cluster!.Nodes;

    public async Task InitializeAsync()
    {
        _cluster = NodeCluster.Create(3, (_, settings) => settings["NOTIFY_ALLOWED_ORIGINS"] = "https://app.example.com");
        foreach (var node in _cluster.Nodes)
        {
            node.Start();
        }

        await _cluster.ReadyAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
