using System.CommandLine;

namespace Notify.Server.Commands;

/// <summary>Implements <c>bench</c>, a small load tool.</summary>
internal static class BenchCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var connections = Count("--connections", "Listening connections.", 100);
        var channels = Count("--channels", "Channels, over which connections and sends are spread.", 10);
        var senders = Count("--senders", "Senders, each with one request at a time.", 4);
        var rate = new Option<int>("--rate")
        {
            Description = "Sends a second of all senders together; 0: as many as the server answers.",
            DefaultValueFactory = _ => 100,
        };
        var seconds = Count("--seconds", "How long it sends.", 10);
        var bytes = Count("--bytes", "The length of a notification, at least 40.", 200);
        var token = ServerArguments.TokenFile();
        var json = new Option<bool>("--json") { Description = "Prints JSON for programs." };
        var server = new ServerArguments();
        var command = new Command("bench", "Puts load on a server, over channels named bench:…, and prints latencies.")
        {
            connections, channels, senders, rate, seconds, bytes, token, json,
        };
        server.AddTo(command);
        return command.Does(async (parsed, cancellation) =>
        {
            var options = new BenchOptions
            {
                Url = server.Url(parsed),
                Secret = server.Secret(parsed),
                Key = ServerArguments.Key(),
                Token = ServerArguments.ReadToken(parsed.GetValue(token)),
                Connections = parsed.GetValue(connections),
                Channels = parsed.GetValue(channels),
                Senders = parsed.GetValue(senders),
                Rate = parsed.GetValue(rate),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Bytes = parsed.GetValue(bytes),
            };
            var report = await new BenchRun(options).RunAsync(cancellation);
            Console.WriteLine(parsed.GetValue(json) ? report.ToJson() : report.ToString());
            return report.IsClean ? ExitCodes.Done : ExitCodes.Failed;
        });
    }

    private static Option<int> Count(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name}: must be at least 1.");
            }
        });
        return option;
    }
}
