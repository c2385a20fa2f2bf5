using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Notify.Storage.Tests;

namespace Notify.Chaos;

/// <summary>Runs a cluster in a network of its own with its dependencies, and a supervisor that restarts nodes that exit.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Node, bool> _held = new();
    private readonly ConcurrentQueue<string> _exits = new();
    private readonly PostgresServer? _database;
    private readonly Owners? _owners;
    private IReadOnlyCollection<Node> _touched = [];
    private Task _supervising = Task.CompletedTask;

    private TestCluster(PostgresServer? database, string? address, NodeCluster cluster)
    {
        (_database, Cluster) = (database, cluster);
        _owners = address is null ? null : new Owners(address);
        Locks = address is null ? null : new RowLocks(address);
    }

    /// <summary>Gets the row locks of the database; null when there is none.</summary>
    public RowLocks? Locks { get; }

    public NodeCluster Cluster { get; }

    public Network Network => Cluster.Network;

    public IReadOnlyList<Node> Nodes => Cluster.Nodes;

    /// <summary>Gets the unexplained exits of nodes.</summary>
    public IReadOnlyCollection<string> Exits => _exits;

    /// <summary>Starts everything, and returns when the nodes are ready.</summary>
    /// <param name="nodes">The number of nodes.</param>
    /// <param name="isMemory">Whether the nodes use the memory store instead of PostgreSQL.</param>
    /// <param name="later">The number of nodes that are not started yet.</param>
    /// <param name="sendTimeout">How long a publish waits for its channel, in seconds.</param>
    public static async Task<TestCluster> StartAsync(int nodes, bool isMemory, int later = 0, string sendTimeout = "5s")
    {
        var network = new Network(nodes);
        PostgresServer? database = null;
        TestCluster? stage = null;
        try
        {
            database = isMemory ? null : new PostgresServer($"listen_addresses=127.0.0.1,{network.HostAddress}");
            database?.Admit(network.OutsideNetwork);
            var address = database?.CreateDatabase(network.HostAddress);
            var cluster = NodeCluster.Create(network, nodes, (node, settings) =>
            {
                settings["NOTIFY_STORE"] = address is null ? "memory" : $"postgres:{address}{Owners.Signature(node)}";
                settings["NOTIFY_SEND_TIMEOUT"] = sendTimeout;

                // Logs which node allocates the shards.
                settings["Logging__LogLevel__Akka"] = "Information";
            });
            stage = new TestCluster(database, address, cluster);
            foreach (var node in cluster.Nodes.TakeLast(later))
            {
                stage.Hold(node);
            }

            stage._supervising = stage.SuperviseAsync();
            await stage.ReadyAsync();
            stage._owners?.Watch();
            return stage;
        }
        catch
        {
            if (stage is not null)
            {
                await stage.DisposeAsync();
            }
            else
            {
                database?.Dispose();
                network.Dispose();
            }

            throw;
        }
    }

    /// <summary>Returns the node's name for a report.</summary>
    public string Name(Node node) => string.Create(CultureInfo.InvariantCulture, $"node {Index(node) + 1}");

    public int Index(Node node) => Nodes.TakeWhile(other => other != node).Count();

    /// <summary>Returns the node that owns a channel; null when it is unknown.</summary>
    public Node? Owner(string channel) => _owners?.Find(channel) is { } node ? Nodes[node] : null;

    /// <summary>Announces a fault that may end these nodes.</summary>
    public void Touch(params IReadOnlyCollection<Node> nodes) => _touched = nodes;

    /// <summary>Keeps a node from being restarted until it is released.</summary>
    public void Hold(Node node) => _held[node] = true;

    /// <summary>Allows a held node to be restarted.</summary>
    public void Release(Node node) => _held.TryRemove(node, out _);

    /// <summary>Waits until one of these nodes has ended, whether or not it was restarted, and returns it.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="starts">The number of times that each had been started.</param>
    public static async Task<Node> WaitForExitAsync(IReadOnlyList<Node> nodes, IReadOnlyList<int> starts)
    {
        var ended = -1;
        await TestTimeouts.UntilAsync(
            () => (ended = nodes.TakeWhile((node, i) => node.IsRunning && node.Starts == starts[i]).Count()) < nodes.Count,
            () => "none of these nodes has ended\n" + string.Join('\n', nodes.Select(node => node.LastLines)));
        return nodes[ended];
    }

    /// <summary>Waits until every node that is not held runs and is ready.</summary>
    public Task ReadyAsync() => TestTimeouts.UntilAsync(AreReadyAsync, Complaint);

    /// <summary>Waits until exactly one node allocates the shards. Two never become one.</summary>
    public Task OneCoordinatesAsync() => TestTimeouts.UntilAsync(
        () => Nodes.Count(node => node.IsCoordinator) == 1,
        () => "these nodes allocate the shards: " + string.Join(", ", Nodes.Where(node => node.IsCoordinator).Select(Name)));

    /// <summary>
    /// Waits until all nodes have been ready for a while. A node that continues after a freeze or a partition may have been removed, and
    /// needs a moment to find out.
    /// </summary>
    public async Task SettledAsync()
    {
        long since = 0;
        await TestTimeouts.UntilAsync(
            async () =>
            {
                since = !await AreReadyAsync() ? 0 : since == 0 ? Stopwatch.GetTimestamp() : since;
                return since != 0 && Stopwatch.GetElapsedTime(since) > Calm;
            },
            Complaint);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervising;
        await Cluster.DisposeAsync();
        _database?.Dispose();
        _stopping.Dispose();
    }

    private async Task<bool> AreReadyAsync() =>
        (await Task.WhenAll(Nodes.Where(node => !_held.ContainsKey(node)).Select(node => node.IsReadyAsync()))).All(ready => ready);

    private string Complaint() =>
        "not all nodes became ready\n" + string.Join('\n', Nodes.Select(node => $"{Name(node)}\n{node.LastLines}"));

    private async Task SuperviseAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            foreach (var node in Nodes.Where(node => !node.IsRunning && !_held.ContainsKey(node)))
            {
                if (node.ExitCode is { } code && !_touched.Contains(node))
                {
                    _exits.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{Name(node)} with {code} at {DateTime.UtcNow:HH:mm:ss}"));
                }

                node.Start();
            }

            await Task.Delay(Look, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
