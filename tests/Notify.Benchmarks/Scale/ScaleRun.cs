using System.Globalization;

namespace Notify.Benchmarks.Scale;

/// <summary>Simulates clusters of several sizes.</summary>
/// <param name="options">The options.</param>
/// <param name="progress">Receives a line for each step.</param>
internal sealed class ScaleRun(ScaleOptions options, TextWriter progress)
{
    private readonly List<ScaleReport> _reports = [];
    private MemoryCost? _memory;

    /// <summary>Gets the results, one for each size.</summary>
    public IReadOnlyList<ScaleReport> Reports => _reports;

    /// <summary>Simulates a cluster.</summary>
    /// <param name="nodes">Its size.</param>
    public ScaleReport Run(int nodes)
    {
        Say(nodes, "measures states");
        _memory ??= MemoryCost.Measure();
        var pair = PairCost.Measure(options, nodes);
        var downing = DowningCost.Measure(nodes, options.Seed);
        Say(nodes, "everybody joins");
        var scenarios = new Scenarios(options, nodes);
        var reports = new List<ScenarioReport> { scenarios.Join() };
        var owned = scenarios.Cluster.Members.Select(node => (long)node.Owned * options.Sample).ToList();
        foreach (var scenario in (Func<ScenarioReport>[])
            [scenarios.Steady, scenarios.Deploy, scenarios.Kill, scenarios.Cut, scenarios.Hot])
        {
            Say(nodes, scenario.Method.Name);
            reports.Add(scenario());
        }

        Say(nodes, "verifies");
        var faults = scenarios.Verify();
        var report = new ScaleReport
        {
            Nodes = nodes,
            Options = options,
            Memory = _memory,
            Pair = pair,
            Downing = downing,
            Scenarios = reports,
            OwnedMean = options.Channels / nodes,
            OwnedMost = owned.Max(),
            NodesWithoutShards = owned.Count(count => count == 0),
            MostBuffered = scenarios.Cluster.MostBuffered,
            Dropped = scenarios.Cluster.Dropped,
            Faults = faults,
        };
        _reports.Add(report);
        return report;
    }

    private void Say(int nodes, string step) =>
        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {nodes} nodes: {step}"));
}
