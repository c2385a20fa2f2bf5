using System.Text.Json;
using Notify.Server.Options;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Commands;

/// <summary>Tests the commands as whole programs against a running server.</summary>
[Collection(SharedServer.Name)]
[Trait("Duration", "Long")]
public sealed class CommandTests(NotifyServer server)
{
    private readonly string _channel = Guid.NewGuid().ToString();

    [Fact]
    public async Task A_send_prints_the_position_in_each_channel_and_history_prints_what_was_sent()
    {
        var sent = await RunAsync("send", _channel, _channel + ":2", "--json", """{"title":"Grüße\u001b"}""", "--key", _channel);
        Assert.Equal((0, ""), (sent.Code, sent.Error));
        var lines = sent.Output.TrimEnd('\n').Split('\n').Select(static line => line.Split(' ')).ToList();
        Assert.Equal([_channel, _channel + ":2"], lines.Select(static line => line[0]));
        Assert.Equal(["1", "1"], lines.Select(static line => line[3]));

        // A channel is no file of arguments.
        Assert.StartsWith("@nowhere ", (await RunAsync("send", "@nowhere", "--json", "1")).Output, StringComparison.Ordinal);

        // The same key is the same send.
        var again = await RunAsync("send", _channel, _channel + ":2", "--json", "2", "--key", _channel);
        Assert.Equal(sent.Output, again.Output);
        Assert.Equal(0, (await ServerProgram.RunAsync(["send", _channel], Settings(), input: "\"from a pipe\"\n")).Code);

        var history = await RunAsync("history", _channel);
        Assert.Equal((0, ""), (history.Code, history.Error));
        var rows = history.Output.TrimEnd('\n').Split('\n');
        Assert.StartsWith($"{lines[0][2]}:1  ", rows[0], StringComparison.Ordinal);
        Assert.EndsWith($"  {lines[0][1]}  {{\"title\":\"Grüße\\u001b\"}}", rows[0], StringComparison.Ordinal);
        Assert.EndsWith("  \"from a pipe\"", rows[1], StringComparison.Ordinal);

        var rest = await RunAsync("history", _channel, "--since", $"{lines[0][2]}:1", "--json");
        using var json = JsonDocument.Parse(rest.Output);
        Assert.Equal("from a pipe", json.RootElement.GetProperty("notifications")[0].GetProperty("data").GetString());

        var old = await RunAsync("history", _channel, "--since", "other:1");
        Assert.Equal((1, ""), (old.Code, old.Output));
        Assert.StartsWith("The position is too old.", old.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channels_are_listed_by_page_as_a_table_and_as_json()
    {
        await server.SendAsync(_channel + ":1", "1");
        await server.SendAsync(_channel + ":2", "1");

        var table = await RunAsync("channels", _channel, "--limit", "1");
        var lines = table.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(["CHANNEL", "EPOCH", "OFFSET", "SUBSCRIBERS", "NODES"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"{_channel}:1  ", Assert.Single(lines[1..]), StringComparison.Ordinal);
        Assert.Equal((0, $"There are more: --after {_channel}:1\n"), (table.Code, table.Error));

        var rest = await RunAsync("channels", _channel, "--after", _channel + ":1", "--json");
        using var json = JsonDocument.Parse(rest.Output);
        var listed = Assert.Single(json.RootElement.GetProperty("channels").EnumerateArray());
        Assert.Equal(_channel + ":2", listed.GetProperty("channel").GetString());
    }

    [Fact]
    public async Task A_tail_as_a_client_prints_what_arrives()
    {
        using var process = ServerProgram.Start(["tail", _channel, "--as-client", "--json"], Settings());
        try
        {
            Assert.Equal("connecting", await process.StandardError.ReadLineAsync().Soon());
            Assert.Equal("listening", await process.StandardError.ReadLineAsync().Soon());
            await server.SendAsync(_channel, """{"n":1}""");
            using var line = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync().Soon())!);
            Assert.Equal(_channel, line.RootElement.GetProperty("channel").GetString());
            Assert.Equal("""{"n":1}""", line.RootElement.GetProperty("data").GetRawText());
            Assert.Equal(130, await InterruptAsync(process));
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task A_tail_as_a_client_shows_the_token_of_a_file()
    {
        Assert.True(AccessRules.TryParse("token", out var rules));
        var own = new NotifyServer(NotifyServer.Default with
        {
            Access = NotifyServer.Default.Access with { Rules = rules },
            Token = new TokenOptions { Secret = SignedToken.Secret },
        });
        await own.InitializeAsync();
        var refused = await RunAsync("tail", "c", "--as-client", "--url", own.Address.ToString());
        Assert.Equal(1, refused.Code);
        Assert.Contains("The server refuses the channel c", refused.Error, StringComparison.Ordinal);

        using var folder = new TemporaryFolder();
        var token = SignedToken.Of($$"""{"sub":"42","exp":{{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 900}},"channels":["c"]}""");
        var file = folder.Write("token", token + "\n");
        using var process = ServerProgram.Start(
            ["tail", "c", "--as-client", "--token-file", file, "--url", own.Address.ToString()], Settings());
        try
        {
            Assert.Equal("connecting", await process.StandardError.ReadLineAsync().Soon());
            Assert.Equal("listening", await process.StandardError.ReadLineAsync().Soon());
        }
        finally
        {
            process.Kill();
        }

        await own.DisposeAsync();
    }

    [Fact]
    public async Task Users_are_signed_out()
    {
        var own = new NotifyServer(NotifyServer.Default with { Token = new TokenOptions { Secret = SignedToken.Secret } });
        await own.InitializeAsync();
        using var client = await JsonWebSocketClient.OpenAsync(own);
        Task<ProgramEnd> On(params string[] arguments) => RunAsync([.. arguments, "--url", own.Address.ToString()]);

        var end = await On("disconnect", "--connection", client.Id, "--reason", "bye");
        Assert.Equal((0, "1 connections ended on 1 nodes\n", ""), (end.Code, end.Output, end.Error));
        Assert.Contains("bye", await client.ReceiveAsync(), StringComparison.Ordinal);

        Assert.Equal((0, "0 connections ended on 1 nodes\n"), Of(await On("revoke", "--user", "41")));
        Assert.Equal((0, "0 connections ended on 1 nodes\n"), Of(await On("block", "42", "--for", "1m")));
        Assert.Equal(["user 41", "blocked 42"], await BlocksAsync(own));
        Assert.Equal((0, ""), Of(await On("unblock", "42")));
        Assert.Equal(["user 41"], await BlocksAsync(own));

        var wrong = await On("block", "42", "--for", "soon");
        Assert.Equal(1, wrong.Code);
        Assert.Contains("block is not a duration from 1s to 365d", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(
            (2, "One of --user, --session, --connection is required.\nWrite disconnect --help for the arguments.\n"),
            ErrorOf(await On("disconnect")));
        await own.DisposeAsync();
    }

    [Fact]
    public async Task A_bench_counts_what_it_sent_and_what_arrived()
    {
        var end = await RunAsync("bench", "--connections", "6", "--channels", "3", "--rate", "20", "--seconds", "1", "--json");
        Assert.Equal((0, ""), (end.Code, end.Error));
        using var json = JsonDocument.Parse(end.Output);
        long Number(string name) => json.RootElement.GetProperty(name).GetInt64();
        Assert.InRange(Number("sends"), 1, 20);
        Assert.Equal(2 * Number("sends"), Number("deliveries"));
        Assert.Equal((Number("deliveries"), 0L), (Number("expected"), Number("failed")));
    }

    [Fact]
    public async Task Two_servers_that_behave_the_same_are_the_same_and_a_difference_is_a_row()
    {
        var same = await RunAsync("migrate-check", server.Address.ToString());
        Assert.Equal((0, ""), (same.Code, same.Error));
        var lines = same.Output.TrimEnd('\n').Split('\n');
        Assert.All(lines[..^1], static line => Assert.StartsWith("same  ", line, StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.EndsWith("200 \"ok\", hears \"hi\"", StringComparison.Ordinal));

        // The other server has another secret.
        var other = new NotifyServer(NotifyServer.Default with { Access = NotifyServer.Default.Access with { Secret = "S2" } });
        await other.InitializeAsync();
        var different = await RunAsync("migrate-check", server.Address.ToString(), "--url", other.Address.ToString(), "--json");
        var refused = await RunAsync("migrate-check", other.Address.ToString());
        await other.DisposeAsync();
        Assert.Equal((1, ""), (refused.Code, refused.Output));
        Assert.Contains("(401 \"invalid notification secret\", hears nothing), so nothing", refused.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), (different.Code, different.Error));
        using var json = JsonDocument.Parse(different.Output);
        var row = json.RootElement.EnumerateArray().Single(static each => each.GetProperty("row").GetString() == "/send: JSON");
        Assert.False(row.GetProperty("same").GetBoolean());
        Assert.Equal("200 \"ok\"", row.GetProperty("original").GetString());
        Assert.Equal("401 \"invalid notification secret\"", row.GetProperty("notify").GetString());
    }

    [Fact]
    public async Task A_wrong_secret_a_wrong_address_and_wrong_arguments_say_what_to_do()
    {
        var refused = await ServerProgram.RunAsync(["channels"], [("NOTIFY_URL", server.Address.ToString()), ("NOTIFICATION_SECRET", "x")]);
        Assert.Equal((1, ""), (refused.Code, refused.Output));
        Assert.EndsWith("Set NOTIFICATION_SECRET, or write --secret-file FILE.\n", refused.Error, StringComparison.Ordinal);

        var unreachable = await RunAsync("channels", "--url", "http://127.0.0.1:9");
        Assert.Equal(1, unreachable.Code);
        Assert.EndsWith("Start the server, or set NOTIFY_URL or --url to its address.\n", unreachable.Error, StringComparison.Ordinal);

        Assert.Equal(
            (2, "--url here: must be an address; for example --url http://localhost:3000\nWrite channels --help for the arguments.\n"),
            ErrorOf(await RunAsync("channels", "--url", "here")));
        Assert.Equal(2, (await RunAsync("send")).Code);
        Assert.Equal(2, (await RunAsync("send", "c", "--json", "{")).Code);
        Assert.Equal(2, (await RunAsync("history", "c", "--since", "7")).Code);
        Assert.Equal(2, (await RunAsync("tail", "--as-client")).Code);
    }

    [Fact]
    public async Task A_secret_is_read_from_a_file_and_never_from_an_argument()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("secret", NotifyServer.Secret + "\n");
        var read = await ServerProgram.RunAsync(["channels", "--secret-file", file], [("NOTIFY_URL", server.Address.ToString())]);
        Assert.Equal((0, ""), (read.Code, read.Error));
        var named = await ServerProgram.RunAsync(
            ["channels"], [("NOTIFY_URL", server.Address.ToString()), ("NOTIFICATION_SECRET_FILE", file)]);
        Assert.Equal(0, named.Code);

        var argument = await RunAsync("channels", "--secret", NotifyServer.Secret);
        Assert.Equal(2, argument.Code);
        Assert.StartsWith("--secret: a secret as an argument is seen in the list of processes", argument.Error, StringComparison.Ordinal);
        var missing = await RunAsync("channels", "--secret-file", folder.At("missing"));
        Assert.Equal(2, missing.Code);
        Assert.StartsWith("--secret-file: ", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_could_change_the_terminal_are_escaped()
    {
        await server.SendAsync(_channel + "\u001b[2J", "1");
        var end = await RunAsync("channels", _channel);
        Assert.Contains(_channel + "\\u001b[2J", end.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", end.Output, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> BlocksAsync(NotifyServer own)
    {
        var answer = await ApiClient.GetAsync(own, "/api/blocks");
        return [.. answer.GetProperty("blocks").EnumerateArray()
            .Select(static each => $"{each.GetProperty("kind").GetString()} {each.GetProperty("name").GetString()}")];
    }

    private static (int Code, string Output) Of(ProgramEnd end) => (end.Code, end.Output);

    private static (int Code, string Error) ErrorOf(ProgramEnd end) => (end.Code, end.Error);

    private static async Task<int> InterruptAsync(System.Diagnostics.Process process)
    {
        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync().Soon();
        return process.ExitCode;
    }

    private (string, string)[] Settings() =>
    [
        ("NOTIFY_URL", server.Address.ToString()), ("NOTIFICATION_SECRET", NotifyServer.Secret), ("NOTIFICATION_KEY", NotifyServer.Key),
    ];

    private Task<ProgramEnd> RunAsync(params string[] arguments) => ServerProgram.RunAsync(arguments, Settings());
}
