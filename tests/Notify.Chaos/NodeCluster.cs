using System.Globalization;

namespace Notify.Chaos;

/// <summary>Nodes that are one broker, on loopback or each in a host of its own.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    private const int MaxSeeds = 3;

    private readonly IReadOnlyList<NodePlace> _places;

    private NodeCluster(IReadOnlyList<Node> nodes, IReadOnlyList<NodePlace> places)
    {
        Nodes = nodes;
        _places = places;
    }

    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Makes nodes that are not started yet.</summary>
    /// <param name="count">How many.</param>
    /// <param name="store">NOTIFY_STORE.</param>
    /// <param name="change">Changes the settings of a node.</param>
    /// <param name="network">Where their hosts are; null for loopback.</param>
    public static NodeCluster Create(int count, string store, Action<int, Dictionary<string, string>>? change = null, Network? network = null)
    {
        var places = Enumerable.Range(0, count).Select(i => network is null ? NodePlace.OnLoopback() : NodePlace.In(network, i)).ToList();
        var seeds = string.Join(',', places.Take(MaxSeeds).Select(place => place.Seed));
        return new NodeCluster([.. places.Select((place, i) =>
        {
            var settings = new Dictionary<string, string>
            {
                ["PORT"] = Text(place.Web),
                ["NOTIFY_HOST"] = place.Host,
                ["NOTIFICATION_KEY"] = "K1",
                ["NOTIFICATION_SECRET"] = "S1",
                ["NOTIFY_STORE"] = store,
                ["NOTIFY_DRAIN"] = "1s",
                ["NOTIFY_CLUSTER_SEEDS"] = seeds,
                ["NOTIFY_CLUSTER_SECRET"] = "the secret of this cluster",
                ["NOTIFY_CLUSTER_HOST"] = place.ClusterHost,
                ["NOTIFY_CLUSTER_PORT"] = Text(place.Actors),
                ["NOTIFY_CLUSTER_HTTP_PORT"] = Text(place.Internal),
            };
            change?.Invoke(i, settings);
            return new Node(place, settings);
        })], places);

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Starts nodes and waits until all of them are ready.</summary>
    public static async Task<NodeCluster> StartAsync(int count, string store, Action<int, Dictionary<string, string>>? change = null, Network? network = null)
    {
        var cluster = Create(count, store, change, network);
        foreach (var node in cluster.Nodes)
        {
            node.Start();
        }

        await cluster.ReadyAsync();
        return cluster;
    }

    /// <summary>Waits until every node that runs is ready.</summary>
    public Task ReadyAsync() => Patience.UntilAsync(
        async () => (await Task.WhenAll(Nodes.Where(node => node.IsRunning).Select(node => node.IsReadyAsync()))).All(ready => ready),
        () => string.Join("\n\n", Nodes.Select(node => node.Log)));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        foreach (var place in _places)
        {
            place.Return();
        }
    }
}
