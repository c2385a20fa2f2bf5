using System.CommandLine;
using System.Text.Json;

namespace Notify.Server.Commands;

/// <summary>Implements <c>trail</c>: what became of a notification, or of the newest notifications of a user or a channel.</summary>
internal static class TrailCommand
{
    private const int DefaultLimit = 20;

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var id = new Argument<string?>("ID")
        {
            Description = "The id of the publish, as send and history print it.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var user = new Option<string?>("--user")
        {
            Description = "The newest notifications of this user, those that were refused included.",
        };
        var channel = new Option<string?>("--channel") { Description = "The newest notifications of this channel." };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many, 1 to 1000.",
            DefaultValueFactory = static _ => DefaultLimit,
        };
        var json = JsonOption.Create();
        var server = new ServerArguments();
        var command = new Command("trail", "Prints what became of notifications. Written to a connection does not mean seen.")
        {
            id, user, channel, limit, json,
        };
        server.AddTo(command);
        command.Validators.Add(result =>
        {
            string?[] given = [result.GetValue(id), result.GetValue(user), result.GetValue(channel)];
            if (given.Count(static each => each is not null) != 1)
            {
                result.AddError("Name one of ID, --user and --channel, for example: trail --user 42");
            }
        });
        return command.Does(async (parsed, cancellation) =>
        {
            using var api = server.Open(parsed);
            var answer = await api.GetAsync(
                "notification",
                [
                    ("id", parsed.GetValue(id)), ("user", parsed.GetValue(user)), ("channel", parsed.GetValue(channel)),
                    ("limit", parsed.GetValue(limit)),
                ],
                cancellation);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(answer.GetRawText());
            }
            else
            {
                Print(answer);
            }

            return await ApiAnswer.FinishAsync(answer);
        });
    }

    private static void Print(JsonElement answer)
    {
        var trails = JsonTable.ItemsOf(answer, "notifications");
        if (trails.Count == 0)
        {
            Console.WriteLine("Nothing was sent to this channel, as far as its history and the nodes remember.");
        }

        foreach (var trail in trails)
        {
            string Member(string name) => JsonTable.TextOf(trail, name);
            Console.WriteLine($"{Member("state")}  {Member("channel")}  {Member("offset")}  {Member("id")}  {Member("at")}");
            Console.WriteLine($"  {Member("summary")}");
            foreach (var send in JsonTable.ItemsOf(trail, "sends"))
            {
                Console.WriteLine(
                    $"  {Of(send, "at")}  {Of(send, "node")}  sent with the secret {Of(send, "secret")}: {Of(send, "outcome")}");
            }

            foreach (var delivery in JsonTable.ItemsOf(trail, "deliveries"))
            {
                Console.WriteLine(
                    $"  {Of(delivery, "at")}  {Of(delivery, "node")}  queued for {Of(delivery, "sockets")} connections, "
                        + $"written to {Of(delivery, "written")}");
            }

            foreach (var replay in JsonTable.ItemsOf(trail, "replays"))
            {
                Console.WriteLine($"  {Of(replay, "at")}  {Of(replay, "node")}  sent again to a client that came back");
            }
        }
    }

    private static string Of(JsonElement item, string member) => JsonTable.TextOf(item, member);
}
