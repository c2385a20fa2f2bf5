using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Notify.Broker.Metrics;
using Notify.Server.Tests.Documentation;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Compares the page of metrics with the instruments, and with what a server that was used answers.</summary>
public sealed partial class MetricsPageTests
{
    private const string Delivered = "notify_delivery_duration_seconds_count{from=\"accepted\"}";

    private static readonly Dictionary<string, Row> Page = RowPattern()
        .Matches(GeneratedSection.Read("src/Notify.Server/Telemetry/README.md"))
        .Select(static match => new Row(match.Groups["name"].Value, match.Groups["type"].Value, match.Groups["labels"].Value))
        .ToDictionary(static row => row.Name, StringComparer.Ordinal);

    [Fact]
    public void Every_instrument_has_a_row_and_every_row_an_instrument()
    {
        using var metrics = new BrokerMetrics();
        var instruments = new List<(string Name, string Type)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, metrics))
            {
                Assert.False(string.IsNullOrEmpty(instrument.Description), instrument.Name);
                instruments.Add((NameOf(instrument), TypeOf(instrument)));
            }
        };
        listener.Start();

        Assert.Equal(
            Page.Values.Select(static row => (row.Name, row.Type)).Order(),
            instruments.Order());
    }

    [Fact]
    public async Task A_server_that_was_used_answers_with_names_and_labels_of_the_page()
    {
        var server = new NotifyServer(NotifyServer.Default with { Telemetry = new() });
        await server.InitializeAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        var (text, sent) = ("", 0);
        using (var listener = await JsonWebSocketClient.OpenAsync(server))
        {
            await listener.JoinAsync("user:42");

            // A delivery is timed only to a client to which nothing else is being written.
            await TestTimeouts.UntilAsync(async () =>
            {
                await server.SendAsync("user:42", "\"hello\"");
                sent++;
                Assert.Contains("hello", await listener.ReceiveAsync(), StringComparison.Ordinal);
                text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
                return text.Contains(Delivered, StringComparison.Ordinal);
            });
        }

        var accepted = $"notify_send_requests_total{{endpoint=\"send\",outcome=\"accepted\"}} {sent}";
        await TestTimeouts.UntilAsync(async () =>
        {
            text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            return text.Contains(accepted, StringComparison.Ordinal) && EndedPattern().IsMatch(text);
        });

        await server.DisposeAsync();
        foreach (var (name, labels) in SeriesPattern().Matches(text).Select(
            static match => (match.Groups["name"].Value, LabelPattern().Matches(match.Groups["labels"].Value))))
        {
            var row = Page.GetValueOrDefault(name) ?? Page.GetValueOrDefault(PartPattern().Replace(name, ""));
            Assert.True(row is not null, $"{name} is not in the page.");
            foreach (var label in labels.Where(static label => label.Groups["key"].Value != "le"))
            {
                var key = label.Groups["key"].Value;
                Assert.True(row.Labels.Contains($"`{key}`", StringComparison.Ordinal), $"{name} has the label {key}.");
            }
        }

        Assert.Contains("notify_joins_total{outcome=\"joined\"} 1", text, StringComparison.Ordinal);
        Assert.Contains($"notify_deliveries_total{{protocol=\"plain\"}} {sent}", text, StringComparison.Ordinal);
        Assert.Contains($"notify_published_total{{}} {sent}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("user:42", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovered_session_is_counted_with_the_outcome_of_the_page()
    {
        var server = new NotifyServer();
        await server.InitializeAsync();
        using var counts = new Counts(server.Metrics);
        var client = await StockClient.ConnectAsync(server);
        await client.JoinAsync("c");
        await server.SendAsync("c", "1");
        await client.NextAsync();
        client.Dispose();
        await TestTimeouts.UntilAsync(() => server.Retained == 1);

        using var again = await StockClient.ConnectAsync(server, client);

        Assert.True(again.Recovered);
        Assert.Equal(1, counts["notify.recoveries{recovered}"]);
        Assert.Contains("`recovered`", Page["notify_recoveries_total"].Labels, StringComparison.Ordinal);
        await server.DisposeAsync();
    }

    private static string NameOf(Instrument instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return instrument.Name.Replace('.', '_') + unit + (TypeOf(instrument) == "counter" ? "_total" : "");
    }

    private static string TypeOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => "counter",
        "Histogram" => "histogram",
        _ => "gauge",
    };

    [GeneratedRegex(
        @"^\| `(?<name>notify_\w+)` \| (?<type>\w+) \| (?<labels>[^|]*)\|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex RowPattern();

    [GeneratedRegex(@"^(?<name>notify_\w+)\{(?<labels>[^}]*)\}", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex SeriesPattern();

    [GeneratedRegex("(?<key>\\w+)=\"(?<value>[^\"]*)\"", RegexOptions.NonBacktracking)]
    private static partial Regex LabelPattern();

    // Series of alerts begin with 0.
    [GeneratedRegex(@"^notify_connections_ended_total\{[^}]*\} [1-9]", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex EndedPattern();

    [GeneratedRegex("_(?:bucket|sum|count)$", RegexOptions.NonBacktracking)]
    private static partial Regex PartPattern();

    private sealed record Row(string Name, string Type, string Labels);
}
