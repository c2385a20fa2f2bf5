using System.Net;

namespace Notify.Cluster.Tests;

/// <summary>Three nodes as one, with the memory store: real processes on loopback.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private Cluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await Cluster.StartAsync(3, "memory");

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task What_is_sent_to_any_node_reaches_a_client_of_any_node()
    {
        var listeners = new List<Listener>();
        for (var channel = 0; channel < 12; channel++)
        {
            foreach (var node in _cluster.Nodes)
            {
                listeners.Add(await Listener.JoinAsync($"channel-{channel}", () => node));
            }
        }

        for (var n = 0; n < 30; n++)
        {
            for (var channel = 0; channel < 12; channel++)
            {
                Assert.Equal(HttpStatusCode.OK, await _cluster.Nodes[n % 3].SendAsync($"channel-{channel}", $"{n}"));
            }
        }

        foreach (var listener in listeners)
        {
            await listener.HasAsync(30);
            Assert.Equal(Enumerable.Range(0, 30).Select(n => $"{n}"), listener.Told);
            Assert.Empty(listener.Complaints);
            Assert.Equal(0, listener.Losses);
            await listener.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_node_that_is_killed_takes_nothing_but_its_own_with_it()
    {
        var listeners = new List<Listener>();
        for (var channel = 0; channel < 20; channel++)
        {
            listeners.Add(await Listener.JoinAsync($"channel-{channel}", () => _cluster.Nodes[Random.Shared.Next(1, 3)]));
            Assert.Equal(HttpStatusCode.OK, await _cluster.Nodes[0].SendAsync($"channel-{channel}", "before"));
        }

        await Task.WhenAll(listeners.Select(listener => listener.HasAsync(1)));
        await _cluster.Nodes[0].KillAsync();
        for (var channel = 0; channel < 20; channel++)
        {
            var name = $"channel-{channel}";
            await Patience.UntilAsync(async () => await _cluster.Nodes[1].SendAsync(name, "after") == HttpStatusCode.OK, () => _cluster.Nodes[1].Log);
        }

        // What a new owner accepts before the relays have found it is part of the history that the clients hear is lost, and only that.
        foreach (var (listener, channel) in listeners.Select((listener, channel) => (listener, channel)))
        {
            await Patience.UntilAsync(() => listener.Told.Contains("after") || listener.Losses > 0, () => $"told {string.Join(' ', listener.Told)}, losses {listener.Losses}");
            Assert.Equal(HttpStatusCode.OK, await _cluster.Nodes[2].SendAsync($"channel-{channel}", "later"));
            await Patience.UntilAsync(() => listener.Told.LastOrDefault() == "later", () => $"told {string.Join(' ', listener.Told)}, losses {listener.Losses}");
            Assert.Empty(listener.Complaints);
            await listener.DisposeAsync();
        }

        _cluster.Nodes[0].Start();
        await _cluster.ReadyAsync();
        Assert.Equal(HttpStatusCode.OK, await _cluster.Nodes[0].SendAsync("channel-1", "again"));
    }
}
