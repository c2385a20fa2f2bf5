using System.Globalization;

namespace Notify.Cluster.Tests;

/// <summary>Nodes on loopback that are one broker.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly IReadOnlyList<int> _ports;

    private Cluster(IReadOnlyList<Node> nodes, IReadOnlyList<int> ports)
    {
        Nodes = nodes;
        _ports = ports;
    }

    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Makes nodes that are not started yet.</summary>
    /// <param name="count">How many.</param>
    /// <param name="store">NOTIFY_STORE.</param>
    /// <param name="change">Changes the settings of a node.</param>
    public static Cluster Create(int count, string store, Action<int, Dictionary<string, string>>? change = null)
    {
        var ports = Enumerable.Range(0, count).Select(_ => (Web: Ports.Next(), Actors: Ports.Next(), Internal: Ports.Next())).ToList();
        var seeds = string.Join(',', ports.Take(3).Select(port => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port.Actors}")));
        return new Cluster([.. ports.Select((port, i) =>
        {
            var settings = new Dictionary<string, string>
            {
                ["PORT"] = port.Web.ToString(CultureInfo.InvariantCulture),
                ["NOTIFY_HOST"] = "127.0.0.1",
                ["NOTIFICATION_KEY"] = "K1",
                ["NOTIFICATION_SECRET"] = "S1",
                ["NOTIFY_STORE"] = store,
                ["NOTIFY_DRAIN"] = "1s",
                ["NOTIFY_CLUSTER_SEEDS"] = seeds,
                ["NOTIFY_CLUSTER_SECRET"] = "the secret of this cluster",
                ["NOTIFY_CLUSTER_HOST"] = "127.0.0.1",
                ["NOTIFY_CLUSTER_PORT"] = port.Actors.ToString(CultureInfo.InvariantCulture),
                ["NOTIFY_CLUSTER_HTTP_PORT"] = port.Internal.ToString(CultureInfo.InvariantCulture),
            };
            change?.Invoke(i, settings);
            return new Node(settings);
        })], [.. ports.SelectMany(port => new[] { port.Web, port.Actors, port.Internal })]);
    }

    /// <summary>Starts nodes and waits until all of them are ready.</summary>
    public static async Task<Cluster> StartAsync(int count, string store)
    {
        var cluster = Create(count, store);
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
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        Ports.Return(_ports);
    }
}
