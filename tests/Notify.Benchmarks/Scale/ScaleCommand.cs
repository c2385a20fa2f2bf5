using System.CommandLine;

namespace Notify.Benchmarks.Scale;

/// <summary>Implements the command <c>scale</c>.</summary>
internal static class ScaleCommand
{
    private static readonly Option<int[]> Nodes = new("--nodes")
    {
        Description = "Nodes of the cluster; several are simulated one after the other.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [3, 10, 30, 100],
    };
    private static readonly Option<long> Channels =
        new("--channels") { Description = "Channels, one for each user.", DefaultValueFactory = _ => 10_000_000 };
    private static readonly Option<long> Connections =
        new("--connections") { Description = "Connections, each in one channel.", DefaultValueFactory = _ => 10_000_000 };
    private static readonly Option<int> Sample = new("--sample")
    {
        Description = "One of so many channels and connections runs; what belongs to pairs of nodes runs in full.",
        DefaultValueFactory = _ => 100,
    };
    private static readonly Option<double> Rate =
        new("--rate") { Description = "Notifications a second in the whole cluster.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<double> Lifetime =
        new("--lifetime") { Description = "Seconds after which a client reconnects, on average.", DefaultValueFactory = _ => 1800 };
    private static readonly Option<int> Bytes =
        new("--bytes") { Description = "The length of a notification.", DefaultValueFactory = _ => 200 };
    private static readonly Option<int> Shards =
        new("--shards") { Description = "Shards of the channels; the product has 100.", DefaultValueFactory = _ => 100 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Seed of all random choices.", DefaultValueFactory = _ => 1 };
    private static readonly Option<FileInfo?> Json = new("--json") { Description = "A file for the report as JSON." };

    /// <summary>
    /// Runs the command. The exit code is 0 when every simulated listener received everything once, 1 when not, and 2 for wrong options.
    /// </summary>
    public static int Run(string[] args)
    {
        var command = new RootCommand("Simulates large clusters with the states of the broker, without actors and sockets.")
        {
            Nodes, Channels, Connections, Sample, Rate, Lifetime, Bytes, Shards, Seed, Json,
        };
        command.SetAction(parsed => Run(new ScaleOptions
        {
            Nodes = parsed.GetRequiredValue(Nodes),
            Channels = parsed.GetRequiredValue(Channels),
            Connections = parsed.GetRequiredValue(Connections),
            Sample = parsed.GetRequiredValue(Sample),
            Rate = parsed.GetRequiredValue(Rate),
            Lifetime = parsed.GetRequiredValue(Lifetime),
            Bytes = parsed.GetRequiredValue(Bytes),
            Shards = parsed.GetRequiredValue(Shards),
            Seed = parsed.GetRequiredValue(Seed),
            Json = parsed.GetValue(Json),
        }));
        var parsed = command.Parse(args);
        return parsed.Errors.Count > 0 ? Math.Max(2, parsed.Invoke()) : parsed.Invoke();
    }

    private static string? FindError(ScaleOptions options)
    {
        return options.Nodes.Any(nodes => nodes is < 3 or > 1000) ? "--nodes is 3 to 1000: with fewer nodes none may be missing."
            : options.Sample < 1 || options.SampledChannels < 1 ? "--sample is 1 to the number of channels."
            : options.Connections < options.Channels ? "--connections is at least --channels: each channel has a listener."
            : options.Rate is <= 0 or > 1e6 ? "--rate is more than 0, and at most 1000000."
            : options.Lifetime <= 0 ? "--lifetime is more than 0."
            : options.Bytes is < 2 or > 100_000 ? "--bytes is 2 to 100000."
            : options.Shards is < 1 or > 100_000 ? "--shards is 1 to 100000."
            : null;
    }

    private static int Run(ScaleOptions options)
    {
        if (FindError(options) is { } error)
        {
            Console.Error.WriteLine(error);
            return 2;
        }

        var run = new ScaleRun(options, Console.Error);
        foreach (var nodes in options.Nodes)
        {
            Console.WriteLine(run.Run(nodes));
        }

        if (options.Json is { } file)
        {
            File.WriteAllText(file.FullName, ScaleReport.ToJson(run.Reports) + "\n");
        }

        return run.Reports.All(report => report.Faults == 0) ? 0 : 1;
    }
}
