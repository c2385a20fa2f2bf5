using System.Globalization;

namespace Notify.Chaos;

/// <summary>What happens to a cluster: a deck of events, shuffled again whenever it is empty, so that each kind has its share.</summary>
internal sealed class Mishaps
{
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(3);

    private readonly Stage _stage;
    private readonly Scene _scene;
    private readonly Random _random;
    private readonly Queue<Func<Task<Mishap>>> _deck = [];
    private int _partitions;

    public Mishaps(Stage stage, Scene scene, int seed)
    {
        (_stage, _scene, _random) = (stage, scene, new Random(seed));
    }

    /// <summary>Lets the next thing happen, and returns when sends to every channel succeed again; what has to be healed is healed.</summary>
    public Task<Mishap> NextAsync()
    {
        if (_deck.Count == 0)
        {
            Func<Task<Mishap>>[] deck =
            [
                () => KillAsync("kill -9 of a node", Any()),
                KillOwnerAsync,
                KillAskedAsync,
                KillOldestAsync,
                () => CrashAsync(Any()),
                () => CrashAsync(Any()),
                () => FreezeAsync("freeze", Any(), TimeSpan.FromSeconds(_random.Next(10, 21))),
                () => FreezeAsync("freeze", Any(), TimeSpan.FromSeconds(_random.Next(5, 21))),
                () => FreezeAsync("freeze of 3 s", Any(), ShortPause),
                PartAsync,
                () => LeaveAsync(Any()),
                .. _stage.Nodes.Count > 4 ? [KillTwoAsync] : Array.Empty<Func<Task<Mishap>>>(),
            ];
            _random.Shuffle(deck);
            foreach (var mishap in deck)
            {
                _deck.Enqueue(mishap);
            }
        }

        return _deck.Dequeue()();
    }

    /// <summary>Kills the node that has one of the channels.</summary>
    public Task<Mishap> KillOwnerAsync() => KillAsync("kill -9 of a channel's owner", _stage.Owner(_scene.Channels[_random.Next(_scene.Channels.Count)]) ?? Any());

    /// <summary>Kills the node that gives the shards their homes.</summary>
    public Task<Mishap> KillOldestAsync() => KillAsync("kill -9 of the oldest", _stage.Nodes.FirstOrDefault(node => node.IsCoordinator) ?? Any());

    /// <summary>Kills a node that a backend waits for.</summary>
    public async Task<Mishap> KillAskedAsync()
    {
        Node? asked = null;
        await Patience.UntilAsync(() => (asked = _scene.Backends[_random.Next(_scene.Backends.Count)].Asking) is { IsRunning: true }, () => "no backend sends");
        return await KillAsync("kill -9 of the node that took the send", asked!);
    }

    /// <summary>Kills two nodes at once.</summary>
    public Task<Mishap> KillTwoAsync() => KillAsync("kill -9 of two at once", [.. Two()]);

    private Node Any() => _stage.Nodes[_random.Next(_stage.Nodes.Count)];

    private Node[] Two()
    {
        var nodes = _stage.Nodes.ToArray();
        _random.Shuffle(nodes);
        return nodes[..2];
    }

    private List<Node> Others(params IReadOnlyCollection<Node> victims) => [.. _stage.Nodes.Except(victims)];

    private string Names(IEnumerable<Node> nodes) => string.Join(" and ", nodes.Select(_stage.Name));

    // They stay away until the others have taken over.
    private async Task<Mishap> KillAsync(string kind, params IReadOnlyList<Node> victims)
    {
        _stage.Touch(victims);
        foreach (var victim in victims)
        {
            _stage.Hold(victim);
        }

        await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
        var failover = await _scene.ProbeAsync(Others(victims));
        foreach (var victim in victims)
        {
            _stage.Release(victim);
        }

        return new Mishap(kind, Names(victims), failover);
    }

    private async Task<Mishap> CrashAsync(Node victim)
    {
        _stage.Touch(victim);
        await victim.KillAsync();
        return new Mishap("kill -9, started again at once", _stage.Name(victim), await _scene.ProbeAsync(Others(victim)));
    }

    private async Task<Mishap> FreezeAsync(string kind, Node victim, TimeSpan time)
    {
        _stage.Touch(time > ShortPause ? [victim] : []);
        await victim.FreezeAsync();
        var thaw = Task.Delay(time);
        var probe = _scene.ProbeAsync(Others(victim));
        await thaw;
        await victim.ThawAsync();
        return new Mishap(kind, string.Create(CultureInfo.InvariantCulture, $"{_stage.Name(victim)} for {time.TotalSeconds:0} s"), await probe);
    }

    // The first one parts the first seed, which might begin a cluster of its own; every other one parts a node from everybody.
    private async Task<Mishap> PartAsync()
    {
        var isWhole = _partitions % 2 == 1;
        Node[] victims = _partitions++ == 0 ? [_stage.Nodes[0]] : _stage.Nodes.Count > 4 ? Two() : [Any()];
        var places = victims.Select(_stage.Index).ToArray();
        _stage.Touch(victims);
        if (isWhole)
        {
            _stage.Network.Isolate(places);
            Array.ForEach(victims, victim => victim.IsIsolated = true);
        }
        else
        {
            _stage.Network.Part(places);
        }

        var heal = Task.Delay(TimeSpan.FromSeconds(_random.Next(15, 21)));
        var failover = await _scene.ProbeAsync(Others(victims));
        await heal;
        _stage.Network.Heal();
        Array.ForEach(victims, victim => victim.IsIsolated = false);
        return new Mishap(isWhole ? "partition, also from clients and database" : "partition", Names(victims) + " against the rest", failover);
    }

    private async Task<Mishap> LeaveAsync(Node victim)
    {
        _stage.Touch(victim);
        _stage.Hold(victim);
        var code = await victim.LeaveAsync();
        var failover = await _scene.ProbeAsync(Others(victim));
        _stage.Release(victim);
        return new Mishap("SIGTERM", string.Create(CultureInfo.InvariantCulture, $"{_stage.Name(victim)}, which exited with {code}"), failover);
    }
}
