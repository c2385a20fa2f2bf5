using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Notify.Browser.Tests;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Listening;

/// <summary>Tests a server with a second listener for operators.</summary>
public sealed class AdminListenerTests : IAsyncLifetime
{
    private static readonly string[] Secret = [$"Authorization: Bearer {NotifyServer.Secret}"];

    private readonly LastingPort _port = LastingPort.Reserve();
    private readonly NotifyServer _server;

    public AdminListenerTests()
    {
        var options = NotifyServer.Default;
        _server = new NotifyServer(options with
        {
            Listen = options.Listen with { Admin = new IPEndPoint(IPAddress.Loopback, _port.Number) },
            Telemetry = options.Telemetry with { HasMetrics = true },
        });
    }

    public Task InitializeAsync() => _server.InitializeAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _port.Dispose();
    }

    [Theory]
    [InlineData("/metrics", 404, 200)]
    [InlineData("/api/connections", 404, 200)]
    [InlineData("/api/blocks", 404, 200)]
    [InlineData("/api/nodes", 200, 200)]
    [InlineData("/api/channels", 200, 200)]
    [InlineData("/operate", 404, 200)]
    [InlineData("/console/operate.js", 200, 200)]
    [InlineData("/health/live", 200, 200)]
    [InlineData("/", 200, 404)]
    [InlineData("/socket.io/?EIO=4&transport=polling", 200, 404)]
    [InlineData("/socket.io/socket.io.js", 200, 404)]
    [InlineData("/send", 404, 404)]
    [InlineData("/ws", 426, 404)]
    [InlineData("/events", 401, 404)]
    [InlineData("/metricsx", 404, 404)]
    [InlineData("/METRICS", 404, 404)]
    public async Task Each_listener_serves_its_own(string path, int forClients, int forOperators)
    {
        Assert.Equal(forClients, (await RawHttp.GetAsync(_server, path, Secret)).Status);
        Assert.Equal(forOperators, (await RawHttp.GetAsync(new Operators(_port.Number), path, Secret)).Status);
    }

    [Theory]
    [InlineData("/metrics", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/operate", 200)]
    [InlineData("/api/connections", 401)]
    [InlineData("/api/nodes", 401)]
    public async Task Only_the_API_needs_a_secret_there(string path, int status) =>
        Assert.Equal(status, (await RawHttp.GetAsync(new Operators(_port.Number), path, "X-Forwarded-For: 203.0.113.9")).Status);

    [Fact]
    public void Both_listeners_are_bound() => Assert.Equal(
        2,
        _server.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Count);

    private sealed class Operators(int port) : IServer
    {
        public Uri Address { get; } = new($"http://127.0.0.1:{port}");

        public string EnginePath => "/socket.io/";
    }
}
