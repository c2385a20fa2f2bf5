namespace Notify.Chaos;

/// <summary>Runs the nodes of one cluster, each on a host of its own.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    private const int MaxSeeds = 3;

    private NodeCluster(Network network, IReadOnlyList<Node> nodes)
    {
        Network = network;
        Nodes = nodes;
    }

    /// <summary>Gets the network of their hosts.</summary>
    public Network Network { get; }

    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Creates nodes that are not started yet.</summary>
    /// <param name="count">The number of nodes.</param>
    /// <param name="change">Changes the settings of a node, which has the memory store.</param>
    public static NodeCluster Create(int count, Action<int, Dictionary<string, string>>? change = null) =>
        Create(new Network(count), count, change);

    /// <summary>Creates nodes in an existing network.</summary>
    public static NodeCluster Create(Network network, int count, Action<int, Dictionary<string, string>>? change = null)
    {
        var places = Enumerable.Range(0, count).Select(node => NodePlace.In(network, node)).ToList();
        var seeds = string.Join(',', places.Take(MaxSeeds).Select(place => place.Seed));
        return new NodeCluster(network, [.. places.Select((place, i) =>
        {
            var settings = new Dictionary<string, string>
            {
                ["NOTIFICATION_KEY"] = "K1",
                ["NOTIFICATION_SECRET"] = "S1",
                ["NOTIFY_STORE"] = "memory",
                ["NOTIFY_DRAIN"] = "1s",

                // Channels still move to the nodes that came last. On a busy machine that takes longer than the usual five seconds.
                ["NOTIFY_SEND_TIMEOUT"] = "30s",
                ["NOTIFY_CLUSTER_SEEDS"] = seeds,
                ["NOTIFY_CLUSTER_SECRET"] = "the secret of this cluster",
                ["NOTIFY_CLUSTER_HOST"] = place.ClusterHost,
            };
            change?.Invoke(i, settings);
            return new Node(place, settings);
        })]);
    }

    /// <summary>Starts nodes with the memory store and waits until all of them are ready.</summary>
    public static async Task<NodeCluster> StartAsync(int count)
    {
        var cluster = Create(count);
        foreach (var node in cluster.Nodes)
        {
            node.Start();
        }

        await cluster.ReadyAsync();
        return cluster;
    }

    /// <summary>Waits until every running node is ready.</summary>
    public Task ReadyAsync() => TestTimeouts.UntilAsync(
        async () => (await Task.WhenAll(Nodes.Where(node => node.IsStarted).Select(node => node.IsReadyAsync()))).All(ready => ready),
        () => string.Join("\n\n", Nodes.Select(node => node.LastLines)));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        Network.Dispose();
    }
}
