using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Notify.Chaos;

/// <summary>Runs backends that publish and clients that listen while faults are injected, and checks the guarantees at the end.</summary>
internal sealed class Workload : IAsyncDisposable
{
    private readonly IReadOnlyList<Node> _nodes;
    private readonly List<Backend> _backends = [];
    private readonly List<(string Channel, Listener Listener)> _listeners = [];
    private readonly ConcurrentQueue<Accepted> _probes = new();
    private readonly List<InboxUser> _users = [];
    private int _probe;

    private Workload(IReadOnlyList<Node> nodes, IReadOnlyList<string> channels)
    {
        _nodes = nodes;
        Channels = channels;
    }

    public IReadOnlyList<string> Channels { get; }

    public IReadOnlyList<Backend> Backends => _backends;

    /// <summary>Gets the users with inboxes.</summary>
    public IReadOnlyList<InboxUser> Users => _users;

    /// <summary>Gets the number of accepted publishes.</summary>
    public int Accepted => _backends.Sum(backend => backend.Accepted.Count) + _probes.Count;

    /// <summary>Returns the longest time in which no publish was accepted.</summary>
    /// <param name="since">The beginning of the time to check, from a clock that never goes back.</param>
    public TimeSpan LongestGap(long since = 0)
    {
        var times = _backends.SelectMany(backend => backend.Times).Where(time => time >= since).Order().ToList();
        return times.Zip(times.Skip(1), Stopwatch.GetElapsedTime).DefaultIfEmpty().Max();
    }

    /// <summary>Gets the number of reconnects of clients.</summary>
    public int Reconnects => _listeners.Sum(listener => listener.Listener.Reconnects);

    /// <summary>Joins the clients and starts publishing. Each backend publishes to all channels in turn.</summary>
    public static Task<Workload> StartAsync(IReadOnlyList<Node> nodes) => StartAsync(nodes, 8, 3, TimeSpan.FromMilliseconds(40));

    /// <summary>Joins two clients to each channel and starts publishing, and marking the inboxes of users.</summary>
    public static async Task<Workload> StartAsync(IReadOnlyList<Node> nodes, int channels, int backends, TimeSpan pause, int users = 0)
    {
        var names = Enumerable.Range(0, channels).Select(i => string.Create(CultureInfo.InvariantCulture, $"channel-{i}")).ToList();
        var scene = new Workload(nodes, names);
        foreach (var name in names.Concat(names))
        {
            scene._listeners.Add((name, await Listener.JoinAsync(name, scene.Pick)));
        }

        for (var i = 0; i < backends; i++)
        {
            // Each backend begins with another channel, so that an unavailable channel does not stop all of them at once.
            var turn = names.Skip(i % channels).Concat(names.Take(i % channels)).ToList();
            scene._backends.Add(new Backend($"backend-{i}", turn, scene.Pick, pause));
        }

        for (var i = 0; i < users; i++)
        {
            scene._users.Add(await InboxUser.StartAsync(string.Create(CultureInfo.InvariantCulture, $"{i}"), scene.PickOther));
        }

        return scene;
    }

    /// <summary>Waits until the given number of further publishes was accepted.</summary>
    public Task SentAsync(int more)
    {
        var target = Accepted + more;
        return TestTimeouts.UntilAsync(
            () => Accepted >= target,
            () => $"{Accepted} of {target} were accepted\n" + string.Join("\n\n", _nodes.Select(node => node.LastLines)));
    }

    /// <summary>
    /// Publishes to every channel, to nodes of the caller's choice, until each has accepted one, and returns how long that took.
    /// </summary>
    public async Task<TimeSpan> ProbeAsync(IReadOnlyList<Node> nodes)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Channels.Select(async channel =>
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"probe.{Interlocked.Increment(ref _probe)}");
            await TestTimeouts.UntilAsync(
                async () => (await nodes[Random.Shared.Next(nodes.Count)].PostAsync(channel, id, id)).Status == HttpStatusCode.OK,
                () => $"{channel} does not take sends\n" + string.Join("\n\n", _nodes.Select(node => node.LastLines)));
            _probes.Enqueue(new Accepted(channel, id));
        }));
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Stops publishing, waits until every client has received everything or no longer can, and checks the result.</summary>
    /// <param name="mayLose">Whether a channel's history may be lost, as with the memory store. Every client must then be informed.</param>
    public async Task<CheckResult> CheckAsync(bool mayLose)
    {
        await Task.WhenAll(_backends.Select(backend => backend.StopAsync()));
        var accepted = _backends.SelectMany(backend => backend.Accepted).Concat(_probes).ToLookup(send => send.Channel, send => send.Id);
        var began = Stopwatch.GetTimestamp();
        foreach (var (channel, listener) in _listeners)
        {
            while (listener.Losses == 0
                && !accepted[channel].ToHashSet().IsSubsetOf(listener.Told)
                && Stopwatch.GetElapsedTime(began) < TestTimeouts.Limit)
            {
                await Task.Delay(50);
            }
        }

        return CheckResult.Of(
            [.. _backends.Select(backend => backend.Accepted), _probes],
            [.. _listeners.Select(heard =>
                new DeliveryReport(heard.Channel, heard.Listener.Told, heard.Listener.Losses, heard.Listener.Complaints))],
            mayLose);
    }

    /// <summary>Stops the users, waits until their devices show what the nodes count, and checks the inboxes.</summary>
    public async Task<InboxResult> CheckInboxesAsync()
    {
        await Task.WhenAll(_users.Select(user => user.StopAsync()));
        return InboxResult.Sum([.. await Task.WhenAll(_users.Select(InboxResult.OfAsync))]);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_users.Select(user => user.DisposeAsync().AsTask()));
        await Task.WhenAll(_backends.Select(backend => backend.DisposeAsync().AsTask()));
        await Task.WhenAll(_listeners.Select(heard => heard.Listener.DisposeAsync().AsTask()));
    }

    // Like a proxy whose health check only needs a response.
    private Node Pick() => PickOther(null);

    private Node PickOther(Node? other)
    {
        var answering = _nodes.Where(node => node.Answers).ToList();
        if (answering.Count > 1 && other is not null)
        {
            answering.Remove(other);
        }

        return answering.Count == 0 ? _nodes[0] : answering[Random.Shared.Next(answering.Count)];
    }
}
