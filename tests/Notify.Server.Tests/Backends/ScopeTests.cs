using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.Server.Tests.Api;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Backends;

/// <summary>Tests what each secret opens on a running server.</summary>
public sealed class ScopeTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly LogRecorder _log = new();
    private readonly NotifyServer _server;

    public ScopeTests()
    {
        var path = _folder.Write("secrets.json", SecretsJson.Of(
            SecretsJson.Entry("shop", "\"send\"", ""","channels":["order:*","news"],"rate":1"""),
            SecretsJson.Entry("report", "\"read\"", ""","channels":["order:*"]"""),
            SecretsJson.Entry("ops", "\"admin\""),
            SecretsJson.Entry("login", "\"tokens\""),
            SecretsJson.Entry("scrape", "\"metrics\"")));
        var options = SecretsJson.Options(path);
        _server = new NotifyServer(options, services: _log.From(LogLevel.Information));
    }

    public static TheoryData<string, string, string> Cells
    {
        get
        {
            var cells = new TheoryData<string, string, string>();
            var opened = new Dictionary<string, string>
            {
                ["shop"] = "send",
                ["report"] = "read",
                ["ops"] = "read admin",
                ["login"] = "tokens",
                ["scrape"] = "",
                ["default"] = "send read admin",
            };
            foreach (var (name, scopes) in opened)
            {
                foreach (var scope in (string[])["send", "read", "admin", "tokens"])
                {
                    cells.Add(name, scope, scopes.Split(' ').Contains(scope) ? "opened" : "closed");
                }
            }

            return cells;
        }
    }

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task A_scope_opens_its_endpoints_and_no_others(string name, string scope, string result)
    {
        foreach (var (method, path) in EndpointsOf(scope))
        {
            var answer = await RawHttp.SendAsync(_server, new RawRequest(method, path, [Authorization(name)]));
            if (result == "opened")
            {
                // The request itself is wrong, which is said only to who may ask.
                Assert.True(answer.Status is 400 or 406 or 409 or 415, $"{path}: {answer.Status} {answer.Body}");
            }
            else if (path == "/send")
            {
                Assert.Equal((403, "\"this secret has no scope send\""), (answer.Status, answer.Body));
            }
            else
            {
                Assert.Contains(
                    $"The secret {name} does not have the scope {scope}", ApiClient.Problem(answer, 403), StringComparison.Ordinal);
                Assert.Equal("no-store", answer.Headers["Cache-Control"]);
            }
        }
    }

    [Fact]
    public async Task Channels_bind_sends()
    {
        Assert.Equal((200, "\"ok\""), await SendAsync("shop", "order:1"));
        Assert.Equal((403, "\"channel not allowed\""), await SendAsync("shop", "user:1"));

        var answer = await PostAsync("shop", "/api/notifications", """{"channels":["news","user:1"],"notification":1}""");

        Assert.Contains("may not use the channel user:1", ApiClient.Problem(answer, 403), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Channels_bind_queries()
    {
        Assert.Equal(200, (await SendAsync("default", "order:1")).Status);
        Assert.Equal(200, (await SendAsync("default", "user:1")).Status);

        foreach (var path in (string[])["/api/history?channel=user:1", "/api/channel?name=user:1"])
        {
            ApiClient.Problem(await RawHttp.GetAsync(_server, path, Authorization("report")), 403);
        }

        var history = await RawHttp.GetAsync(_server, "/api/history?channel=order:1", Authorization("report"));
        Assert.Equal(200, history.Status);
        Assert.Equal(["order:1"], await ListAsync("report"));
        Assert.Equal(["order:1", "user:1"], await ListAsync("ops"));
    }

    [Fact]
    public async Task A_secret_has_a_rate()
    {
        const string Body = """{"channel":"news","notification":1}""";

        // Each second one more is accepted, so a slow machine needs more requests.
        RawResponse refused;
        do
        {
            refused = await PostAsync("shop", "/api/notifications", Body);
        }
        while (refused.Status == 200);

        Assert.Contains("more than 1 requests a second", ApiClient.Problem(refused, 429), StringComparison.Ordinal);
        Assert.Equal("1", refused.Headers["Retry-After"]);
        RawResponse text;
        do
        {
            text = await RawHttp.SendAsync(_server, new RawRequest(
                "POST", "/send", ["notification_secret: shop-secret", "Content-Type: application/json"])
            {
                Body = Encoding.UTF8.GetBytes(Body),
            });
        }
        while (text.Status == 200);

        Assert.Equal((429, "1"), (text.Status, text.Headers["Retry-After"]));
        Assert.Equal(200, (await SendAsync("default", "news")).Status);
        Assert.Contains("shop", await _log.HasAsync("sends faster than its rate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_rotated_while_the_server_runs()
    {
        _folder.Write("secrets.json", SecretsJson.Of(
            $$"""{"name":"shop","sha256":["{{SecretsJson.Hash("shop-secret")}}","{{SecretsJson.Hash("next")}}"],"scopes":["send"]}"""));
        await _log.HasAsync("New secrets from");

        Assert.Equal(200, (await SendAsync("shop", "user:1")).Status);
        Assert.Equal(200, (await SendWithAsync("next", "user:1")).Status);
        Assert.Equal((401, "\"invalid notification secret\""), await SendAsync("ops", "user:1"));

        _folder.Write("secrets.json", """{"secrets":[{"name":"shop","sha256":[""");
        await _log.HasAsync("The new secrets are not taken");

        Assert.Equal(200, (await SendWithAsync("next", "user:1")).Status);
    }

    [Fact]
    public async Task A_refusal_says_who_and_why()
    {
        await RawHttp.GetAsync(_server, "/api/channels", Authorization("shop"));
        Assert.Equal(
            "Warning: Requests of shop are refused: its secret has no scope read. The last one: /api/channels; subject: none; "
                + "address: 127.0.0.1. Refused: 1. Logged at most once a minute.",
            await _log.HasAsync("Requests of shop"));

        await RawHttp.GetAsync(_server, "/api/channels", "Authorization: Bearer wrong");
        Assert.Contains("wrong secret", await _log.HasAsync("Requests of unknown"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_of_clients_are_not_authorized()
    {
        var policies = new CountedPolicies();
        await using var counted = new CountedServer(policies);
        await counted.Server.InitializeAsync();

        await RawHttp.GetAsync(counted.Server, "/socket.io/?EIO=4&transport=polling&notificationKey=K1");
        await RawHttp.GetAsync(counted.Server, "/ws?key=K1");
        await RawHttp.GetAsync(counted.Server, "/events");
        await RawHttp.GetAsync(counted.Server, "/health/live");
        Assert.Equal(0, policies.Count);

        await RawHttp.GetAsync(counted.Server, "/api/channels");
        Assert.NotEqual(0, policies.Count);
    }

    private static IEnumerable<(string Method, string Path)> EndpointsOf(string scope) => scope switch
    {
        "send" => [("POST", "/send"), ("POST", "/api/notifications")],
        "read" =>
        [
            ("GET", "/api/channels?limit=0"),
            ("GET", "/api/channel"),
            ("GET", "/api/history"),
            ("GET", "/api/overview?unknown=1"),
            ("GET", "/api/nodes?unknown=1"),
            ("GET", "/api/notification"),
            ("GET", "/api/tail?unknown=1"),
        ],
        "admin" => [("GET", "/api/connections?limit=0"), ("GET", "/api/connection"), ("GET", "/api/troubles?unknown=1")],
        _ => [("POST", "/api/tokens")],
    };

    private static string SecretOf(string name) => name == "default" ? NotifyServer.Secret : name + "-secret";

    private static string Authorization(string name) => "Authorization: Bearer " + SecretOf(name);

    private Task<(int Status, string Body)> SendAsync(string name, string channel) => SendWithAsync(SecretOf(name), channel);

    private async Task<(int Status, string Body)> SendWithAsync(string secret, string channel)
    {
        var answer = await RawHttp.SendAsync(_server, new RawRequest(
            "POST", "/send", ["notification_secret: " + secret, "Content-Type: application/json"])
        {
            Body = Encoding.UTF8.GetBytes($$"""{"channel":"{{channel}}","notification":1}"""),
        });
        return (answer.Status, answer.Body);
    }

    private Task<RawResponse> PostAsync(string name, string path, string json) => RawHttp.SendAsync(
        _server,
        new RawRequest("POST", path, [Authorization(name), "Content-Type: application/json"]) { Body = Encoding.UTF8.GetBytes(json) });

    private async Task<IEnumerable<string>> ListAsync(string name)
    {
        var answer = await RawHttp.GetAsync(_server, "/api/channels", Authorization(name));
        using var document = JsonDocument.Parse(answer.Bytes);
        return [.. document.RootElement.GetProperty("channels").EnumerateArray().Select(item => item.GetProperty("channel").GetString()!)];
    }

    private sealed class CountedServer(CountedPolicies policies) : IAsyncDisposable
    {
        public NotifyServer Server { get; } = new(
            NotifyServer.Default, services: services => services.AddSingleton<IAuthorizationHandler>(policies));

        public async ValueTask DisposeAsync() => await Server.DisposeAsync();
    }

    // Every authorized request that has a backend or not runs all handlers, unless the challenge comes first.
    private sealed class CountedPolicies : IAuthorizationHandler
    {
        private int _count;

        public int Count => _count;

        public Task HandleAsync(AuthorizationHandlerContext context)
        {
            Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        }
    }
}
