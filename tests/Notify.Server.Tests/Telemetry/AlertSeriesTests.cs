using System.Text.RegularExpressions;
using Notify.Server.Tests.Documentation;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Telemetry;

/// <summary>
/// Tests that every counter that an alert reads has a series as soon as the server runs. Otherwise the first burst would be no increase.
/// </summary>
public sealed partial class AlertSeriesTests
{
    [Fact]
    public async Task Counters_that_alerts_read_have_a_series_from_the_start()
    {
        var read = CounterPattern().Matches(GeneratedSection.Read("config/prometheus/alerts.yml"))
            .SelectMany(static match => SeriesOf(match.Groups["name"].Value, match.Groups["label"].Value, match.Groups["values"].Value))
            .Distinct()
            .ToList();
        Assert.Contains(("notify_connections_ended_total", "reason=\"slow\""), read);
        Assert.Contains(("notify_actor_dead_letters_total", ""), read);
        Assert.True(read.Count > 12, string.Join('\n', read));

        var server = new NotifyServer(NotifyServer.Default with { Telemetry = new() });
        await server.InitializeAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        var lines = (await client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n');
        await server.DisposeAsync();

        Assert.All(read, series => Assert.Contains(
            lines,
            line => line.StartsWith(series.Name + "{", StringComparison.Ordinal)
                && line.Contains(series.Label, StringComparison.Ordinal)));
    }

    private static IEnumerable<(string Name, string Label)> SeriesOf(string name, string label, string values) =>
        label.Length == 0 ? [(name, "")] : values.Split('|').Select(value => (name, $"{label}=\"{value}\""));

    // With the values that a selector names; one that excludes values selects the others, of which any may be first.
    [GeneratedRegex("(?<name>notify_\\w+_total)(?:\\{(?<label>\\w+)=~?\"(?<values>[^\"]+)\"\\})?", RegexOptions.NonBacktracking)]
    private static partial Regex CounterPattern();
}
