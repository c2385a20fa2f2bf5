using System.Text;
using Microsoft.AspNetCore.Http;
using Notify.Server.Tests.Access;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Commands;

/// <summary>Tests the commands of which the answers are written down here, as a cluster of several nodes gives them.</summary>
[Trait("Duration", "Long")]
public sealed class ContractTests : IAsyncLifetime
{
    private readonly Dictionary<string, string> _answers = [];
    private WebBackend _server = null!;
    private string? _asked;

    public async Task InitializeAsync() => _server = await WebBackend.StartAsync(AnswerAsync);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Nodes_are_a_table_and_a_silent_node_is_named()
    {
        _answers["/api/nodes"] = """
            {"nodes":[{"node":"n1:4053","version":"0.1.0","startedAt":"2026-11-30T00:00:00Z","state":"ok","reasons":[],
              "connections":{"socketio4":3,"plain":1},"channels":7,"shards":12,"members":3,"memory":1000000}],"silent":["n2:4053"]}
            """;
        var end = await RunAsync("nodes");
        Assert.Equal((3, "These nodes did not answer: n2:4053\n"), (end.Code, end.Error));
        Assert.Equal(
            """
            NODE     VERSION  STARTED               STATE  CONNECTIONS          CHANNELS  SHARDS  MEMBERS  MEMORY   REASONS
            n1:4053  0.1.0    2026-11-30T00:00:00Z  ok     socketio4=3 plain=1  7         12      3        1000000  -

            """,
            end.Output);
        Assert.Equal(3, (await RunAsync("nodes", "--json")).Code);
    }

    [Fact]
    public async Task Connections_are_asked_for_by_filter()
    {
        _answers["/api/connections"] = """
            {"connections":[{"connection":"c1","user":null,"protocol":"plain","transport":"websocket","address":"203.0.113.9",
              "node":"n1","openedAt":"2026-11-30T00:00:00Z","channels":2,"queued":0}],"next":"c1","silent":[]}
            """;
        var end = await RunAsync("connections", "--user", "a b", "--slow", "--limit", "1");
        Assert.Equal((0, "There are more: --after c1\n"), (end.Code, end.Error));
        Assert.Equal("/api/connections?user=a%20b&state=slow&limit=1", _asked);
        Assert.Contains("\nc1          -     plain", end.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("I", "?id=I&limit=20")]
    [InlineData("--user 42", "?user=42&limit=20")]
    [InlineData("--channel c --limit 5", "?channel=c&limit=5")]
    public async Task A_trail_prints_what_became_of_notifications(string arguments, string query)
    {
        _answers["/api/notification"] = """
            {"notifications":[{"id":"I","channel":"c","epoch":"e","offset":7,"at":"2026-11-30T00:00:00.000Z","state":"delivered",
              "summary":"Written to 1 of 2 sockets on 1 node.","history":"kept",
              "sends":[{"node":"n1","secret":"shop","outcome":"accepted","at":"2026-11-30T00:00:00.000Z","durationMs":3}],
              "deliveries":[{"node":"n2","at":"2026-11-30T00:00:00.001Z","sockets":2,"written":1,"dropped":0}],
              "replays":[{"node":"n1","at":"2026-11-30T00:00:05.000Z","from":7,"to":7}]}],"silent":["n3"]}
            """;
        var end = await RunAsync(["trail", .. arguments.Split(' ')]);
        Assert.Equal((3, "These nodes did not answer: n3\n"), (end.Code, end.Error));
        Assert.Equal("/api/notification" + query, _asked);
        Assert.Equal(
            """
            delivered  c  7  I  2026-11-30T00:00:00.000Z
              Written to 1 of 2 sockets on 1 node.
              2026-11-30T00:00:00.000Z  n1  sent with the secret shop: accepted
              2026-11-30T00:00:00.001Z  n2  queued for 2 connections, written to 1
              2026-11-30T00:00:05.000Z  n1  sent again to a client that came back

            """,
            end.Output);
    }

    [Theory]
    [InlineData("trail")]
    [InlineData("trail I --user 42")]
    public async Task A_trail_is_of_one_thing(string arguments)
    {
        var end = await RunAsync(arguments.Split(' '));
        Assert.Equal(2, end.Code);
        Assert.Contains("Name one of ID, --user and --channel", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_prints_events_and_connects_again()
    {
        _answers["/api/tail"] =
            "event: published\ndata: {\"channel\":\"c\",\"offset\":7,\"id\":\"I\",\"size\":5,\"secret\":\"shop\",\"payload\":\"hello\"}\n\n"
            + "event: told\ndata: {\"id\":\"I\",\"node\":\"n1\",\"sockets\":2}\n\n"
            + "event: skipped\ndata: {\"count\":3}\n\n";
        using var process = ServerProgram.Start(["tail", "c", "--user", "42"], Settings());
        try
        {
            for (var i = 0; i < 2; i++)
            {
                Assert.Equal("published  c  7  I  5 B  shop  hello", await process.StandardOutput.ReadLineAsync().Soon());
                Assert.Equal("told       I  n1  2 connections", await process.StandardOutput.ReadLineAsync().Soon());
                Assert.Equal("skipped  {\"count\":3}", await process.StandardOutput.ReadLineAsync().Soon());
            }

            Assert.Equal("/api/tail?channel=c&user=42", _asked);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public async Task What_an_earlier_server_does_not_have_is_said()
    {
        var end = await RunAsync("tail");
        Assert.Equal((1, ""), (end.Code, end.Output));
        Assert.StartsWith("This server has no /api/tail", end.Error, StringComparison.Ordinal);
        var nodes = await RunAsync("nodes");
        Assert.Equal(1, nodes.Code);
        Assert.Contains("has no /api/nodes", nodes.Error, StringComparison.Ordinal);
    }

    private Task<ProgramEnd> RunAsync(params string[] arguments) => ServerProgram.RunAsync(arguments, Settings());

    private (string, string)[] Settings() => [("NOTIFY_URL", _server.Url), ("NOTIFICATION_SECRET", "S1")];

    private async Task AnswerAsync(HttpContext context)
    {
        _asked = context.Request.Path + context.Request.QueryString;
        if (context.Request.Headers.Authorization != "Bearer S1" || !_answers.TryGetValue(context.Request.Path, out var answer))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer));
    }
}
