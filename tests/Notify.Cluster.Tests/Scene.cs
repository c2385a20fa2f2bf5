using System.Globalization;

namespace Notify.Cluster.Tests;

/// <summary>Backends that send and clients that listen while things happen to the nodes, and what has to be true in the end.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly IReadOnlyList<Node> _nodes;
    private readonly List<Backend> _backends = [];
    private readonly List<(string Channel, Listener Listener)> _listeners = [];

    private Scene(IReadOnlyList<Node> nodes)
    {
        _nodes = nodes;
    }

    public IReadOnlyList<Backend> Backends => _backends;

    public static async Task<Scene> StartAsync(IReadOnlyList<Node> nodes, int channels = 8, int backends = 3, int listeners = 2)
    {
        var scene = new Scene(nodes);
        var names = Enumerable.Range(0, channels).Select(i => string.Create(CultureInfo.InvariantCulture, $"channel-{i}")).ToList();
        foreach (var name in names)
        {
            for (var i = 0; i < listeners; i++)
            {
                scene._listeners.Add((name, await Listener.JoinAsync(name, scene.Pick)));
            }
        }

        for (var i = 0; i < backends; i++)
        {
            scene._backends.Add(new Backend($"backend-{i}", names, scene.Pick));
        }

        return scene;
    }

    /// <summary>Ends the sends, and sees that every client was told everything that was accepted, once, all in one order.</summary>
    /// <param name="mayLose">Whether a channel's history may be lost, as with the memory store; then every client has to hear it.</param>
    public async Task CheckAsync(bool mayLose)
    {
        await Task.WhenAll(_backends.Select(backend => backend.StopAsync()));
        foreach (var channel in _listeners.GroupBy(listener => listener.Channel, listener => listener.Listener))
        {
            var accepted = _backends.SelectMany(backend => backend.Accepted).Where(send => send.Channel == channel.Key).Select(send => send.Id).ToHashSet();
            foreach (var listener in channel)
            {
                Assert.Empty(listener.Complaints);
                if (mayLose && listener.Losses > 0)
                {
                    continue;
                }

                await Patience.UntilAsync(
                    () => accepted.IsSubsetOf(listener.Told),
                    () => $"{channel.Key}: accepted and not told: {string.Join(' ', accepted.Except(listener.Told).Take(10))} (told {listener.Told.Count}, losses {listener.Losses}, reconnects {listener.Reconnects})");
                Assert.Equal(0, listener.Losses);
                Assert.Equal(listener.Told.Count, listener.Told.Distinct().Count());
                Assert.True(accepted.IsSupersetOf(listener.Told), "Something was told that nobody sent.");
                foreach (var backend in _backends)
                {
                    var mine = backend.Accepted.Where(send => send.Channel == channel.Key).Select(send => send.Id).ToList();
                    Assert.Equal(mine, listener.Told.Where(mine.ToHashSet().Contains));
                }
            }

            var orders = channel.Where(listener => listener.Losses == 0).Select(listener => string.Join(' ', listener.Told)).Distinct();
            Assert.True(orders.Count() <= 1, "Two clients were told in different orders.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var backend in _backends)
        {
            await backend.DisposeAsync();
        }

        foreach (var (_, listener) in _listeners)
        {
            await listener.DisposeAsync();
        }
    }

    // As a proxy does that asks its nodes whether they answer, and nothing more.
    private Node Pick()
    {
        var running = _nodes.Where(node => node is { IsRunning: true, IsFrozen: false }).ToList();
        return running.Count == 0 ? _nodes[0] : running[Random.Shared.Next(running.Count)];
    }
}
