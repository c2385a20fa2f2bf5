using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Notify.Benchmarks.Scale;

/// <summary>Holds the results for one size of a cluster.</summary>
internal sealed record ScaleReport
{
    // Resident memory of an idle Socket.IO connection with a channel of its own, in bytes, and of a process without any, as measured with
    // real servers: ../README.md.
    private const double ConnectionBytes = 14_200;
    private const double ProcessBytes = 111e6;

    private const double ExchangeSeconds = 3;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Gets the number of nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>Gets the options.</summary>
    public required ScaleOptions Options { get; init; }

    /// <summary>Gets the memory of the states.</summary>
    public required MemoryCost Memory { get; init; }

    /// <summary>Gets the cost of a comparison between two nodes.</summary>
    public required PairCost Pair { get; init; }

    /// <summary>Gets the cost of the decision which nodes continue.</summary>
    public required DowningCost Downing { get; init; }

    /// <summary>Gets the traffic.</summary>
    public required IReadOnlyList<ScenarioReport> Scenarios { get; init; }

    /// <summary>Gets the mean number of channels that a node owns.</summary>
    public required long OwnedMean { get; init; }

    /// <summary>Gets the number of channels of the node that owns the most.</summary>
    public required long OwnedMost { get; init; }

    /// <summary>Gets the number of nodes that own no channels.</summary>
    public required int NodesWithoutShards { get; init; }

    /// <summary>Gets the most messages that waited on one node for the homes of shards.</summary>
    public required long MostBuffered { get; init; }

    /// <summary>Gets the number of messages that did not fit while a shard had no home.</summary>
    public required long Dropped { get; init; }

    /// <summary>
    /// Gets the number of clients that did not receive everything once, of pairs of nodes that disagree, and of publishes without an
    /// answer.
    /// </summary>
    public required int Faults { get; init; }

    /// <summary>Gets the links between all nodes.</summary>
    public long Links => (long)Nodes * (Nodes - 1) / 2;

    /// <summary>Gets the memory of the joins with other nodes on one node, of its relays and at its channels, in bytes.</summary>
    public double JoinBytes => (Nodes - 1) * 2 * Pair.Joins * Pair.BytesPerJoin;

    /// <summary>Gets the memory of a node in bytes, without TLS to clients.</summary>
    public double NodeBytes =>
        ProcessBytes + (Options.Connections / (double)Nodes * ConnectionBytes) + JoinBytes + ((Nodes - 1) * Memory.Peer);

    /// <summary>Gets which part of one core the comparisons of a node take.</summary>
    public double CompareCores => (Nodes - 1) * Pair.CompareMs / 1000 / ExchangeSeconds;

    /// <summary>Returns the reports as JSON.</summary>
    public static string ToJson(IReadOnlyList<ScaleReport> reports) => JsonSerializer.Serialize(reports, Format);

    /// <inheritdoc />
    public override string ToString()
    {
        var (text, culture) = (new StringBuilder(), CultureInfo.InvariantCulture);
        text.AppendLine(
            culture, $"## {Nodes} nodes, {Options.Channels} channels, {Options.Connections} connections, 1 of {Options.Sample} runs");
        text.AppendLine();
        text.AppendLine(
            "| | messages a second of a node | busiest | peak second | kB a second of a node | busiest | peak second "
                + "| joined again: lost owner | publishes without answer | last join answered after |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var scenario in Scenarios)
        {
            text.AppendLine(
                culture,
                $"| {scenario.Name} | {scenario.MessagesPerNode:0} | {scenario.BusiestMessages:0} | {scenario.PeakMessages} "
                    + $"| {scenario.BytesPerNode / 1000:0} | {scenario.BusiestBytes / 1000:0} | {scenario.PeakBytes / 1000} "
                    + $"| {scenario.Rejoined} | {scenario.Failed} of {scenario.Failed + scenario.Answered} "
                    + $"| {scenario.QuietAfter:0.0} s |");
        }

        text.AppendLine();
        foreach (var scenario in Scenarios)
        {
            var kinds = scenario.Kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => string.Create(
                culture, $"{kind.Key} {kind.Value.Messages * 2 / Nodes:0} ({kind.Value.Bytes * 2 / Nodes / 1000:0.0} kB)"));
            text.AppendLine(culture, $"* {scenario.Name}, a node a second: {string.Join(", ", kinds)}");
        }

        text.AppendLine(
            culture,
            $"* memory: {Memory.Owner:0} B a channel at its owner, {Memory.Relay:0} B at the relay, {Memory.Peer:0} B a peer, "
                + $"{Pair.BytesPerJoin:0} B a join on each side; joins of a node {JoinBytes / 1e6:0} MB, peers "
                + $"{(Nodes - 1) * Memory.Peer / 1e6:0.0} MB; a node {NodeBytes / 1e9:0.00} GB");
        text.AppendLine(
            culture,
            $"* a pair: {Pair.Joins} joins in each direction; a comparison {Pair.CompareBytes} B, {Pair.CompareMs * 1000:0} us; all of a "
                + $"node {CompareCores * 100:0.0} % of a core; while everybody joins {Pair.InFlight:0.00} joins under way, lists of "
                + $"{Pair.ListBytes:0} B, {(Nodes - 1) * 2 * Pair.ListBytes / ExchangeSeconds / 1000:0} kB a second of a node; "
                + $"lists of all joins {Pair.AllListBytes} B");
        text.AppendLine(
            culture,
            $"* decision which nodes continue: one killed {Downing.Killed:0.00} ms, a third cut off {Downing.Cut:0.00} ms, 1 % of links "
                + $"{Downing.Scattered:0.00} ms ({Downing.ScatteredKept} nodes continue)");
        text.AppendLine(
            culture,
            $"* channels of a node {OwnedMean}, of the busiest {OwnedMost}, {NodesWithoutShards} nodes without; {Links} links; at most "
                + $"{MostBuffered} messages waited for a shard on a node, {Dropped} dropped");
        text.AppendLine(culture, $"* faults: {Faults}");
        return text.ToString();
    }
}
