using System.Diagnostics;
using System.Globalization;

namespace Notify.Chaos;

/// <summary>
/// Injects faults into a cluster from a deck, which is shuffled again whenever it is empty, so that every kind has its share.
/// </summary>
/// <param name="stage">The cluster.</param>
/// <param name="scene">The workload.</param>
/// <param name="seed">The seed that determines the faults and their victims.</param>
/// <param name="only">A text that the names of the kinds must contain; null for all of them.</param>
internal sealed class FaultInjector(TestCluster stage, Workload scene, int seed, string? only = null)
{
    private const int MaxAttempts = 20;

    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan ProbePause = TimeSpan.FromMilliseconds(200);

    // Messages from the time of the freeze wait in the node's sockets, and make it believe for a while that it still reaches the others.
    private static readonly TimeSpan NoticeTime = TimeSpan.FromSeconds(9);

    private readonly Random _random = new(seed);
    private readonly Queue<Func<Task<Fault>>> _deck = [];
    private int _partitions;
    private int _silences;
    private int _restarts;

    private IEnumerable<KeyValuePair<string, Func<Task<Fault>>>> Kinds => new Dictionary<string, Func<Task<Fault>>>
    {
        ["kill any"] = () => KillAsync("kill -9 of a node", Any()),
        ["kill owner"] = KillOwnerAsync,
        ["kill asked"] = KillAskedAsync,
        ["kill oldest"] = KillOldestAsync,
        ["crash"] = () => CrashAsync(Any()),
        ["crash again"] = () => CrashAsync(Any()),
        ["freeze"] = () => FreezeAsync("freeze", Any(), TimeSpan.FromSeconds(_random.Next(10, 21))),
        ["freeze again"] = () => FreezeAsync("freeze", Any(), TimeSpan.FromSeconds(_random.Next(5, 21))),
        ["pause"] = () => FreezeAsync("freeze of 3 s", Any(), ShortPause),
        ["partition"] = PartAsync,
        ["link"] = BreakLinkAsync,
        ["one-way"] = SilenceAsync,
        ["transaction"] = FreezeInTransactionAsync,
        ["leave"] = () => LeaveAsync(Any()),
        ["restart"] = () => RestartAsync(stage.Nodes[_restarts++ % stage.Nodes.Count]),
        ["kill two"] = KillTwoAsync,
    }
    .Where(kind => (kind.Key != "kill two" || stage.Nodes.Count > 4) && (kind.Key != "transaction" || stage.Locks is not null));

    /// <summary>Injects the next fault, and returns when publishes to every channel succeed again and the fault is healed.</summary>
    public Task<Fault> NextAsync()
    {
        if (_deck.Count == 0)
        {
            var deck = Kinds.Where(kind => only is null || kind.Key.Contains(only, StringComparison.OrdinalIgnoreCase)).ToArray();
            _random.Shuffle(deck);
            foreach (var (_, mishap) in deck)
            {
                _deck.Enqueue(mishap);
            }
        }

        return _deck.Dequeue()();
    }

    /// <summary>Kills the owner of one of the channels.</summary>
    public Task<Fault> KillOwnerAsync() =>
        KillAsync("kill -9 of a channel's owner", stage.Owner(scene.Channels[_random.Next(scene.Channels.Count)]) ?? Any());

    /// <summary>Kills the node that allocates the shards.</summary>
    public Task<Fault> KillOldestAsync() =>
        KillAsync("kill -9 of the oldest", stage.Nodes.FirstOrDefault(node => node.IsCoordinator) ?? Any());

    /// <summary>Kills a node to which a request is under way.</summary>
    public async Task<Fault> KillAskedAsync()
    {
        Node? asked = null;
        await TestTimeouts.UntilAsync(
            () => (asked = scene.Backends[_random.Next(scene.Backends.Count)].Asking) is { IsRunning: true },
            () => "no backend sends");
        return await KillAsync("kill -9 of the node that took the send", asked!);
    }

    /// <summary>Kills two nodes at once.</summary>
    public Task<Fault> KillTwoAsync() => KillAsync("kill -9 of two at once", [.. Two()]);

    private Node Any() => stage.Nodes[_random.Next(stage.Nodes.Count)];

    private Node[] Two()
    {
        var nodes = stage.Nodes.ToArray();
        _random.Shuffle(nodes);
        return nodes[..2];
    }

    private List<Node> Others(params IReadOnlyCollection<Node> victims) => [.. stage.Nodes.Except(victims)];

    private string Names(IEnumerable<Node> nodes) => string.Join(" and ", nodes.Select(stage.Name));

    // They stay down until the others have taken over.
    private async Task<Fault> KillAsync(string kind, params IReadOnlyList<Node> victims)
    {
        stage.Touch(victims);
        foreach (var victim in victims)
        {
            stage.Hold(victim);
        }

        await Task.WhenAll(victims.Select(victim => victim.KillAsync()));
        var failover = await scene.ProbeAsync(Others(victims));
        foreach (var victim in victims)
        {
            stage.Release(victim);
        }

        return new Fault(kind, Names(victims), failover);
    }

    private async Task<Fault> CrashAsync(Node victim)
    {
        stage.Touch(victim);
        await victim.KillAsync();
        return new Fault("kill -9, started again at once", stage.Name(victim), await scene.ProbeAsync(Others(victim)));
    }

    private async Task<Fault> FreezeAsync(string kind, Node victim, TimeSpan time)
    {
        stage.Touch(time > ShortPause ? [victim] : []);
        await victim.FreezeAsync();
        return await AwakeAfterAsync(kind, victim, time);
    }

    private async Task<Fault> AwakeAfterAsync(string kind, Node victim, TimeSpan time)
    {
        var thaw = Task.Delay(time);
        var probe = scene.ProbeAsync(Others(victim));
        await thaw;
        await victim.ThawAsync();
        var woke = Stopwatch.GetTimestamp();
        var failover = await probe;
        await TestTimeouts.UntilAsync(() => !victim.IsRunning || Stopwatch.GetElapsedTime(woke) > NoticeTime, () => "time stands still");
        return new Fault(kind, string.Create(CultureInfo.InvariantCulture, $"{stage.Name(victim)} for {time.TotalSeconds:0} s"), failover);
    }

    // The first partition isolates the first seed, which could start a cluster of its own. Every other one isolates a node from everything.
    private async Task<Fault> PartAsync()
    {
        var isComplete = _partitions % 2 == 1;
        Node[] victims = _partitions++ == 0 ? [stage.Nodes[0]] : stage.Nodes.Count > 4 ? Two() : [Any()];
        var places = victims.Select(stage.Index).ToArray();
        stage.Touch(victims);
        if (isComplete)
        {
            stage.Network.Isolate(places);
            Array.ForEach(victims, victim => victim.IsIsolated = true);
        }
        else
        {
            stage.Network.Part(places);
        }

        var heal = Task.Delay(TimeSpan.FromSeconds(_random.Next(15, 21)));
        var failover = await scene.ProbeAsync(Others(victims));
        await heal;
        stage.Network.Heal();
        Array.ForEach(victims, victim => victim.IsIsolated = false);
        return new Fault(
            isComplete ? "partition, also from clients and database" : "partition",
            Names(victims) + " against the rest",
            failover);
    }

    // Two nodes do not reach each other; the others reach both. One of the two must leave.
    private async Task<Fault> BreakLinkAsync()
    {
        var ends = Two();
        stage.Touch(ends);
        var starts = ends.Select(node => node.Starts).ToList();
        stage.Network.Break(stage.Index(ends[0]), stage.Index(ends[1]));
        var failover = await HealWhenDecidedAsync(ends, starts);
        return new Fault("broken link", Names(ends) + " from each other", failover);
    }

    // A node's messages are lost while it still receives: at first on one link, every other time on all of its links.
    private async Task<Fault> SilenceAsync()
    {
        var isToAll = _silences++ % 2 == 1;
        var ends = Two();
        Node[] deaf = isToAll ? [.. stage.Nodes.Where(node => node != ends[0])] : [ends[1]];
        stage.Touch(isToAll ? [ends[0]] : ends);
        var starts = ends.Select(node => node.Starts).ToList();
        Array.ForEach(deaf, node => stage.Network.Silence(stage.Index(ends[0]), stage.Index(node)));
        var failover = await HealWhenDecidedAsync(isToAll ? [ends[0]] : ends, starts);
        var victims = $"what {stage.Name(ends[0])} sends to {Names(deaf)} is lost";
        return new Fault(isToAll ? "one-way partition" : "one-way link", victims, failover);
    }

    // The link stays broken until one of its ends has left, and at least as long as a partition. Publishes succeed until it is noticed, so
    // they are tried all the time, and only the time of their failures counts.
    private async Task<TimeSpan> HealWhenDecidedAsync(Node[] ends, IReadOnlyList<int> starts)
    {
        var heal = Task.Delay(TimeSpan.FromSeconds(_random.Next(15, 21)));
        var exit = TestCluster.WaitForExitAsync(ends, starts);
        var failover = TimeSpan.Zero;
        for (var isLast = false; !isLast; await Task.Delay(ProbePause))
        {
            isLast = exit.IsCompleted;
            var took = await scene.ProbeAsync(isLast ? Others(await exit) : Others(ends));
            failover = took > failover ? took : failover;
        }

        await heal;
        stage.Network.Heal();
        return failover;
    }

    private async Task<Fault> FreezeInTransactionAsync()
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await FreezeWaiterAsync(scene.Channels[_random.Next(scene.Channels.Count)]) is { } victim)
            {
                return await AwakeAfterAsync("freeze inside a transaction", victim, TimeSpan.FromSeconds(_random.Next(10, 21)));
            }
        }

        throw new TimeoutException($"no node could be frozen inside a transaction in {MaxAttempts} attempts");
    }

    // Another session holds the row of a channel until the owner waits for it inside a transaction. The owner is frozen there, and then the
    // row is released.
    private async Task<Node?> FreezeWaiterAsync(string channel)
    {
        if (stage.Owner(channel) is not { IsRunning: true } owner)
        {
            return null;
        }

        using var held = stage.Locks!.Hold(channel);
        if (!await stage.Locks.WaitForWaiterAsync(stage.Index(owner)))
        {
            return null;
        }

        stage.Touch(owner);
        await owner.FreezeAsync();
        if (stage.Locks.IsWaiting(stage.Index(owner)))
        {
            return owner;
        }

        await owner.ThawAsync();
        return null;
    }

    // Like a rolling update: one node after the other, each restarted as soon as it has left.
    private async Task<Fault> RestartAsync(Node victim)
    {
        stage.Touch(victim);
        var code = await victim.LeaveAsync();
        var failover = await scene.ProbeAsync(Others(victim));
        var victims = string.Create(CultureInfo.InvariantCulture, $"{stage.Name(victim)}, which exited with {code}");
        return new Fault("SIGTERM, started again at once", victims, failover);
    }

    private async Task<Fault> LeaveAsync(Node victim)
    {
        stage.Touch(victim);
        stage.Hold(victim);
        var code = await victim.LeaveAsync();
        var failover = await scene.ProbeAsync(Others(victim));
        stage.Release(victim);
        return new Fault(
            "SIGTERM",
            string.Create(CultureInfo.InvariantCulture, $"{stage.Name(victim)}, which exited with {code}"),
            failover);
    }
}
