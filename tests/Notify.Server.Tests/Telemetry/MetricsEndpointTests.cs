using Notify.Server.Tests.Backends;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Telemetry;

/// <summary>Tests who may read the metrics.</summary>
public sealed class MetricsEndpointTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly NotifyServer _server;

    public MetricsEndpointTests()
    {
        var path = _folder.Write(
            "secrets.json", SecretsJson.Of(SecretsJson.Entry("scrape", "\"metrics\""), SecretsJson.Entry("shop", "\"send\"")));
        _server = new NotifyServer(SecretsJson.Options(path) with { Telemetry = new() });
    }

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_program_on_this_host_needs_no_secret()
    {
        var (status, body) = await AskAsync("/metrics", secret: null, isForwarded: false);

        Assert.Equal(200, status);
        Assert.Contains("notify_state{state=\"ok\"} 1", body, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_memory_working_set_bytes", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("wrong", 401)]
    [InlineData("shop", 403)]
    [InlineData("scrape", 200)]
    public async Task A_request_through_a_proxy_needs_a_secret_with_the_scope(string? secret, int expected)
    {
        var (status, body) = await AskAsync("/metrics", secret is null ? null : $"{secret}-secret", isForwarded: true);

        Assert.Equal(expected, status);
        Assert.Equal(expected == 200, body.Contains("notify_state", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publishes_have_metrics_of_their_own_instead_of_those_of_HTTP()
    {
        foreach (var path in new[] { "/send", "/api/notifications", "/api/channels" })
        {
            await AskAsync(path, secret: null, isForwarded: true);
        }

        // A request is measured when it has ended, which may be after its answer has arrived.
        var body = "";
        List<string> http = [];
        await TestTimeouts.UntilAsync(async () =>
        {
            (_, body) = await AskAsync("/metrics", secret: null, isForwarded: false);
            http =
            [
                .. body.Split('\n')
                    .Where(static line => line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)),
            ];
            return http.Exists(static line => line.Contains("/api/channels", StringComparison.Ordinal));
        });
        Assert.DoesNotContain(http, static line => line.Contains("/send", StringComparison.Ordinal));
        Assert.DoesNotContain(http, static line => line.Contains("/api/notifications", StringComparison.Ordinal));
        Assert.Contains("notify_send_requests_total{endpoint=\"send\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/Metrics")]
    [InlineData("/metrics/notify")]
    public async Task Other_paths_are_not_found(string path) =>
        Assert.Equal(404, (await AskAsync(path, secret: null, isForwarded: false)).Status);

    [Fact]
    public async Task Without_metrics_the_path_is_not_found()
    {
        var server = new NotifyServer(NotifyServer.Default with { Telemetry = new() { HasMetrics = false } });
        await server.InitializeAsync();
        using var client = new HttpClient { BaseAddress = server.Address };

        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal(404, (int)answer.StatusCode);
        await server.DisposeAsync();
    }

    private async Task<(int Status, string Body)> AskAsync(string path, string? secret, bool isForwarded)
    {
        using var client = new HttpClient { BaseAddress = _server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (isForwarded)
        {
            request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        }

        if (secret is not null)
        {
            request.Headers.Authorization = new("Bearer", secret);
        }

        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
