using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Notify.Server.Commands;

/// <summary>Collects times, and computes their percentiles. It is safe to use from any thread.</summary>
internal sealed class BenchTimes
{
    private static readonly double[] Percents = [50, 90, 99, 100];

    private readonly ConcurrentQueue<double> _milliseconds = new();

    /// <summary>Adds a time.</summary>
    public void Add(TimeSpan time) => _milliseconds.Enqueue(time.TotalMilliseconds);

    /// <summary>Returns the percentiles for programs.</summary>
    public JsonObject ToJson() =>
        new(Sorted().Select(static each => KeyValuePair.Create<string, JsonNode?>($"p{each.Percent:0}", Math.Round(each.Value, 2))));

    /// <inheritdoc />
    public override string ToString() =>
        string.Join(", ", Sorted().Select(static each => FormattableString.Invariant($"{each.Percent:0} % within {each.Value:0.0} ms")));

    private IEnumerable<(double Percent, double Value)> Sorted()
    {
        double[] sorted = [.. _milliseconds.Order()];
        return Percents.Select(percent => (percent, PercentileOf(sorted, percent)));
    }

    private static double PercentileOf(double[] sorted, double percent) =>
        sorted.Length == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100) - 1)];
}
