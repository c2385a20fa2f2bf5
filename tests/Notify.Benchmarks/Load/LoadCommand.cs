using System.CommandLine;
using System.CommandLine.Parsing;

namespace Notify.Benchmarks.Load;

/// <summary>Implements the command <c>load</c>.</summary>
internal static class LoadCommand
{
    private static readonly IDialect[] Dialects = [new SocketIoDialect(), new JsonWebSocketDialect()];

    private static readonly Option<Uri[]> Url = new("--url")
    {
        Description = "The server; several share the load.",
        DefaultValueFactory = _ => [new Uri("http://localhost:3000")],
        CustomParser = ReadUrls,
    };
    private static readonly Option<string> Key =
        new("--key") { Description = "NOTIFICATION_KEY.", DefaultValueFactory = _ => "NOTIFICATION_KEY" };
    private static readonly Option<string> Secret =
        new("--secret") { Description = "NOTIFICATION_SECRET.", DefaultValueFactory = _ => "NOTIFICATION_SECRET" };
    private static readonly Option<string> Transport =
        new("--transport") { Description = "How connections speak.", DefaultValueFactory = _ => Dialects[0].Name };
    private static readonly Option<int> Connections =
        new("--connections") { Description = "Connections, each in one channel.", DefaultValueFactory = _ => 1000 };
    private static readonly Option<int> Channels = new("--channels")
    {
        Description = "Channels; connections and sends are spread over them. Beyond the connections they have no listeners.",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<int> Publishers = new("--publishers")
    {
        Description = "Backends, each with one request at a time and channels of its own.",
        DefaultValueFactory = _ => 16,
    };
    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "Sends a second in all; 0: each backend sends again when it is answered.",
        DefaultValueFactory = _ => 20,
    };
    private static readonly Option<int> Bytes =
        new("--bytes") { Description = "The length of a notification.", DefaultValueFactory = _ => 200 };
    private static readonly Option<double> Warmup =
        new("--warmup") { Description = "Seconds of sending that do not count.", DefaultValueFactory = _ => 2 };
    private static readonly Option<double> Seconds =
        new("--seconds") { Description = "Seconds of sending that count.", DefaultValueFactory = _ => 10 };
    private static readonly Option<int> Handshakes =
        new("--handshakes") { Description = "Connections that are being opened at once.", DefaultValueFactory = _ => 64 };
    private static readonly Option<int[]> Processes = new("--process")
    {
        Description = "The id of the server's process on this host, to say what it used; of each where there are several.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<FileInfo?> Json = new("--json") { Description = "A file for the report as JSON." };

    /// <summary>
    /// Runs the command. The exit code is 0 when everything accepted arrived once and in order, 1 when not, and 2 when the run failed.
    /// </summary>
    public static async Task<int> RunAsync(string[] args)
    {
        Transport.AcceptOnlyFromAmong([.. Dialects.Select(dialect => dialect.Name)]);
        foreach (var option in new[] { Connections, Channels, Publishers, Bytes, Handshakes })
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                {
                    result.AddError($"{option.Name} is at least 1.");
                }
            });
        }

        var command = new RootCommand("Puts load on a server that runs, and counts what arrives.")
        {
            Url, Key, Secret, Transport, Connections, Channels, Publishers, Rate, Bytes, Warmup, Seconds, Handshakes, Processes, Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(Read(parsed), cancellationToken));
        return await command.Parse(args).InvokeAsync();
    }

    private static Uri[] ReadUrls(ArgumentResult result)
    {
        var urls = new List<Uri>();
        foreach (var token in result.Tokens)
        {
            if (Uri.TryCreate(token.Value, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
            {
                urls.Add(url);
            }
            else
            {
                result.AddError($"--url takes an address such as http://localhost:3000, not {token.Value}.");
            }
        }

        return [.. urls];
    }

    private static LoadOptions Read(ParseResult parsed) => new()
    {
        Urls = parsed.GetRequiredValue(Url),
        Key = parsed.GetRequiredValue(Key),
        Secret = parsed.GetRequiredValue(Secret),
        Dialect = Dialects.Single(dialect => dialect.Name == parsed.GetRequiredValue(Transport)),
        Connections = parsed.GetRequiredValue(Connections),
        Channels = parsed.GetRequiredValue(Channels),
        Publishers = parsed.GetRequiredValue(Publishers),
        Rate = parsed.GetRequiredValue(Rate),
        Bytes = parsed.GetRequiredValue(Bytes),
        Warmup = TimeSpan.FromSeconds(parsed.GetRequiredValue(Warmup)),
        Duration = TimeSpan.FromSeconds(parsed.GetRequiredValue(Seconds)),
        Handshakes = parsed.GetRequiredValue(Handshakes),
        Processes = parsed.GetRequiredValue(Processes),
        Json = parsed.GetValue(Json),
    };

    private static async Task<int> RunAsync(LoadOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var report = await new LoadRun(options, Console.Error).RunAsync(cancellationToken);
            Console.WriteLine(report);
            if (options.Json is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, report.ToJson() + "\n", cancellationToken);
            }

            return report.IsClean ? 0 : 1;
        }
        catch (LoadException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 2;
        }
        catch (TimeoutException)
        {
            await Console.Error.WriteLineAsync("A connection was not joined within 30 seconds.");
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return 2;
        }
    }
}
