using System.CommandLine;
using System.Text.Json;

namespace Notify.Server.Commands;

/// <summary>Implements the commands that print a list: <c>channels</c>, <c>nodes</c> and <c>connections</c>.</summary>
internal static class ListCommands
{
    private const int DefaultLimit = 100;

    /// <summary>Creates <c>channels [PREFIX]</c>.</summary>
    public static Command CreateChannels()
    {
        var prefix = new Argument<string?>("PREFIX") { Description = "Only names that begin so.", Arity = ArgumentArity.ZeroOrOne };
        var (limit, after) = Page("the last name of the page before");
        return Create(
            "channels",
            "Lists channels by name.",
            parsed => (
                "channels",
                [("prefix", parsed.GetValue(prefix)), ("limit", parsed.GetValue(limit)), ("after", parsed.GetValue(after))]),
            "channels",
            [("channel", "channel"), ("epoch", "epoch"), ("offset", "offset"), ("subscribers", "subscribers"), ("nodes", "nodes")],
            prefix,
            limit,
            after);
    }

    /// <summary>Creates <c>nodes</c>.</summary>
    public static Command CreateNodes() => Create(
        "nodes",
        "Lists the nodes of the cluster.",
        static _ => ("nodes", []),
        "nodes",
        [
            ("node", "node"), ("version", "version"), ("started", "startedAt"), ("state", "state"), ("connections", "connections"),
            ("channels", "channels"), ("shards", "shards"), ("members", "members"), ("memory", "memory"), ("reasons", "reasons"),
        ]);

    /// <summary>Creates <c>connections</c>.</summary>
    public static Command CreateConnections()
    {
        var user = Filter("--user", "of this user");
        var channel = Filter("--channel", "that have joined this channel");
        var address = Filter("--address", "from this address");
        var node = Filter("--node", "of this node");
        var protocol = Filter("--protocol", "of this protocol: socketio3, socketio4, plain, events");
        var slow = new Option<bool>("--slow") { Description = "Only those that do not read fast enough." };
        var (limit, after) = Page("the last connection of the page before");
        return Create(
            "connections",
            "Lists connections.",
            parsed => ("connections",
            [
                ("user", parsed.GetValue(user)), ("channel", parsed.GetValue(channel)), ("address", parsed.GetValue(address)),
                ("node", parsed.GetValue(node)), ("protocol", parsed.GetValue(protocol)), ("state", parsed.GetValue(slow) ? "slow" : null),
                ("limit", parsed.GetValue(limit)), ("after", parsed.GetValue(after)),
            ]),
            "connections",
            [
                ("connection", "connection"), ("user", "user"), ("protocol", "protocol"), ("transport", "transport"),
                ("address", "address"), ("node", "node"), ("opened", "openedAt"), ("channels", "channels"), ("queued", "queued"),
            ],
            user,
            channel,
            address,
            node,
            protocol,
            slow,
            limit,
            after);
    }

    private static Option<string?> Filter(string name, string which) => new(name) { Description = $"Only connections {which}." };

    private static (Option<int> Limit, Option<string?> After) Page(string last) => (
        new Option<int>("--limit") { Description = "At most so many, 1 to 1000.", DefaultValueFactory = _ => DefaultLimit },
        new Option<string?>("--after") { Description = $"Continues after {last}." });

    private static Command Create(
        string name,
        string description,
        Func<ParseResult, (string Path, IEnumerable<(string Name, object? Value)> Query)> request,
        string member,
        (string Header, string Member)[] columns,
        params Symbol[] arguments)
    {
        var json = JsonOption.Create();
        var server = new ServerArguments();
        var command = new Command(name, description) { json };
        foreach (var argument in arguments)
        {
            if (argument is Argument positional)
            {
                command.Arguments.Add(positional);
            }
            else
            {
                command.Options.Add((Option)argument);
            }
        }

        server.AddTo(command);
        return command.Does(async (parsed, cancellation) =>
        {
            using var api = server.Open(parsed);
            var (path, query) = request(parsed);
            var answer = await api.GetAsync(path, query, cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(answer.GetRawText());
                return await ApiAnswer.FinishAsync(answer);
            }

            JsonTable.Print(Console.Out, JsonTable.ItemsOf(answer, member), columns);
            if (answer.ValueKind == JsonValueKind.Object
                && answer.TryGetProperty("next", out var next)
                && next.ValueKind == JsonValueKind.String)
            {
                await Console.Error.WriteLineAsync($"There are more: --after {TerminalText.Of(next.GetString()!)}");
            }

            return await ApiAnswer.FinishAsync(answer);
        });
    }
}
