using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notify.Server.Commands;

/// <summary>Implements the commands that sign users out: <c>disconnect</c>, <c>revoke</c>, <c>block</c> and <c>unblock</c>.</summary>
internal static class SignOutCommands
{
    /// <summary>Creates <c>disconnect</c>.</summary>
    public static Command CreateDisconnect()
    {
        var user = new Option<string?>("--user") { Description = "All connections of this user." };
        var session = new Option<string?>("--session") { Description = "All connections of this session, the sid of its tokens." };
        var connection = new Option<string?>("--connection") { Description = "This connection." };
        var reconnect = new Option<bool>("--reconnect") { Description = "Its clients come back at once, with a new token." };
        var reason = Reason();
        var command = new Command("disconnect", "Ends connections. A client with a valid token may come back; event streams do.")
        {
            user, session, connection, reconnect, reason,
        };
        RequireOne(command, user, session, connection);
        return Post(command, "disconnect", parsed => Body(
            ("user", parsed.GetValue(user)),
            ("session", parsed.GetValue(session)),
            ("connection", parsed.GetValue(connection)),
            ("reconnect", parsed.GetValue(reconnect) ? true : null),
            ("reason", parsed.GetValue(reason))));
    }

    /// <summary>Creates <c>revoke</c>.</summary>
    public static Command CreateRevoke()
    {
        var user = new Option<string?>("--user") { Description = "The tokens of this user." };
        var session = new Option<string?>("--session") { Description = "The tokens of this session, their sid." };
        var token = new Option<string?>("--jti") { Description = "The token with this jti." };
        var before = new Option<long?>("--before") { Description = "With --user: the last second of issue that is refused, since 1970." };
        var command = new Command("revoke", "Refuses tokens that were issued until now, and ends their connections.")
        {
            user, session, token, before,
        };
        RequireOne(command, user, session, token);
        return Post(command, "revoke", parsed => Body(
            ("user", parsed.GetValue(user)),
            ("session", parsed.GetValue(session)),
            ("token", parsed.GetValue(token)),
            ("before", parsed.GetValue(before))));
    }

    /// <summary>Creates <c>block USER</c>.</summary>
    public static Command CreateBlock()
    {
        var user = new Argument<string>("USER") { Description = "The user." };
        var time = new Option<string>("--for") { Description = "For how long, 1s to 365d.", DefaultValueFactory = _ => "10m" };
        var reason = Reason();
        var command = new Command("block", "Ends the connections of a user, and refuses new ones for a time.") { user, time, reason };
        return Post(command, "disconnect", parsed => Body(
            ("user", parsed.GetValue(user)), ("block", parsed.GetValue(time)), ("reason", parsed.GetValue(reason))));
    }

    /// <summary>Creates <c>unblock USER</c>.</summary>
    public static Command CreateUnblock()
    {
        var user = new Argument<string>("USER") { Description = "The user." };
        var command = new Command("unblock", "Lets a blocked user in again.") { user };
        return Post(command, "unblock", parsed => Body(("user", parsed.GetValue(user))));
    }

    private static Option<string?> Reason() => new("--reason") { Description = "A sentence for the clients, at most 100 characters." };

    private static void RequireOne(Command command, params Option[] options) => command.Validators.Add(result =>
    {
        if (options.Count(option => result.GetResult(option) is not null) != 1)
        {
            result.AddError($"One of {string.Join(", ", options.Select(static option => option.Name))} is required.");
        }
    });

    private static JsonObject Body(params (string Name, JsonNode? Value)[] members) =>
        new(members.Where(static each => each.Value is not null).Select(static each => KeyValuePair.Create(each.Name, each.Value)));

    private static Command Post(Command command, string path, Func<ParseResult, JsonObject> body)
    {
        var json = JsonOption.Create();
        var server = new ServerArguments();
        command.Options.Add(json);
        server.AddTo(command);
        return command.Does(async (parsed, cancellation) =>
        {
            using var api = server.Open(parsed);
            var answer = await api.PostAsync(path, body(parsed), cancellation);
            if (answer.ValueKind == JsonValueKind.Undefined)
            {
                return ExitCodes.Done;
            }

            Console.WriteLine(parsed.GetValue(json) ? answer.GetRawText() : Sentence(answer));
            return await ApiAnswer.FinishAsync(answer);
        });
    }

    private static string Sentence(JsonElement answer) =>
        $"{JsonTable.TextOf(answer, "connections")} connections ended on {JsonTable.TextOf(answer, "nodes")} nodes";
}
