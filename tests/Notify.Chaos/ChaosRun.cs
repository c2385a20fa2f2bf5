using System.Diagnostics;

namespace Notify.Chaos;

/// <summary>Runs the tool from its first node to its last line.</summary>
internal sealed class ChaosRun(ChaosOptions options, TextWriter output)
{
    private const int Channels = 12;
    private const int Backends = 12;
    private const int Users = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(60);

    private readonly ChaosReport _report = new(output);
    private readonly List<string> _findings = [];

    /// <summary>Injects faults until the time is over or it is stopped. Returns true when every guarantee held.</summary>
    public async Task<bool> RunAsync(CancellationToken stopping)
    {
        _report.Say($"{options.Nodes} nodes with {(options.IsMemory ? "the memory store" : "PostgreSQL")}, seed {options.Seed}");
        await using var stage = await TestCluster.StartAsync(options.Nodes, options.IsMemory);

        // In memory, marks end with the node that has them.
        await using var scene = await Workload.StartAsync(stage.Nodes, Channels, Backends, Pause, options.IsMemory ? 0 : Users);
        _report.Say(
            $"all nodes are ready; {Backends} backends send to {Channels} channels with two clients each, and {scene.Users.Count} users "
            + "have two devices each");
        var happening = HappenAsync(stage, scene, stopping);
        await Task.WhenAny(happening, Task.Delay(Timeout.Infinite, stopping));
        if (!happening.IsCompleted)
        {
            // Faults under way are not healed, because everything is removed.
            _report.Say("stopped; nothing was judged");
            return false;
        }

        try
        {
            await happening;
            await JudgeAsync(stage, scene);
        }
        catch (TimeoutException exception)
        {
            _findings.Add(exception.Message);
        }

        if (_findings.Count > 0 || stage.Exits.Count > 0)
        {
            Keep(stage);
        }

        _report.Conclude(_findings);
        return _findings.Count == 0;
    }

    private async Task HappenAsync(TestCluster stage, Workload scene, CancellationToken stopping)
    {
        var mishaps = new FaultInjector(stage, scene, options.Seed, options.Only);
        for (var began = Stopwatch.GetTimestamp();
            Stopwatch.GetElapsedTime(began).TotalMinutes < options.Minutes && !stopping.IsCancellationRequested;)
        {
            await scene.SentAsync(10 * Backends);
            var happened = Stopwatch.GetTimestamp();
            var mishap = await mishaps.NextAsync();
            await stage.SettledAsync();
            _report.Add(mishap, Stopwatch.GetElapsedTime(happened), scene.LongestGap(happened), scene.Accepted);
        }

        await scene.SentAsync(10 * Backends);
    }

    private async Task JudgeAsync(TestCluster stage, Workload scene)
    {
        var verdict = await scene.CheckAsync(options.IsMemory);
        _report.Sum(scene, verdict, stage.Exits);
        _findings.AddRange(verdict.Findings);
        if (scene.Users.Count > 0)
        {
            var inboxes = await scene.CheckInboxesAsync();
            _report.Sum(scene.Users, inboxes);
            _findings.AddRange(inboxes.Findings);
        }

        _findings.AddRange(scene.Backends.SelectMany(backend => backend.Improper).Distinct());
    }

    private void Keep(TestCluster stage)
    {
        var folder = Directory.CreateTempSubdirectory("notify-chaos-").FullName;
        foreach (var node in stage.Nodes)
        {
            File.WriteAllText(Path.Combine(folder, stage.Name(node) + ".log"), node.Log);
        }

        _report.Say($"the logs of the nodes are in {folder}");
    }
}
