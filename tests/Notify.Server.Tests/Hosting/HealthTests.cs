using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker;
using Notify.Broker.Queries;
using Notify.Server.Startup;
using Notify.Server.Tests.Support;
using Notify.Server.Troubles;

namespace Notify.Server.Tests.Hosting;

/// <summary>Tests what an orchestrator is told.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task Live_tells_the_version_and_the_uptime_whatever_is_wrong()
    {
        var troubles = new Troubles();
        var server = await StartAsync(troubles);
        try
        {
            troubles.Current = [new CurrentTrouble(TroubleParts.Quorum, "None.", DateTimeOffset.UnixEpoch, TroubleEffects.NotReady)];
            var answer = await RawHttp.GetAsync(server, "/health/live");
            using var body = JsonDocument.Parse(answer.Body);

            Assert.Equal(200, answer.Status);
            Assert.Equal(["status", "version", "uptimeSeconds"], body.RootElement.EnumerateObject().Select(property => property.Name));
            Assert.Equal("ok", body.RootElement.GetProperty("status").GetString());
            Assert.Equal(ProductVersion.Current.Number, body.RootElement.GetProperty("version").GetString());
            Assert.InRange(body.RootElement.GetProperty("uptimeSeconds").GetInt64(), 0, 3600);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(TroubleParts.Draining, TroubleEffects.NotReady, 503, "draining")]
    [InlineData(TroubleParts.Quorum, TroubleEffects.NotReady, 503, "no quorum")]
    [InlineData(TroubleParts.Starting, TroubleEffects.NotReady, 503, "starting")]
    [InlineData(TroubleParts.Store, TroubleEffects.Degraded, 200, "degraded")]
    [InlineData(TroubleParts.KeySet, TroubleEffects.Degraded, 200, "degraded")]
    public async Task Ready_names_the_worst_and_lists_the_reasons(string part, string effect, int status, string name)
    {
        var troubles = new Troubles();
        var server = await StartAsync(troubles);
        try
        {
            troubles.Current =
            [
                new CurrentTrouble(part, "It is so.", DateTimeOffset.UnixEpoch, effect),
                new CurrentTrouble(TroubleParts.Limit, "A limit.", DateTimeOffset.UnixEpoch, TroubleEffects.None),
            ];
            var answer = await RawHttp.GetAsync(server, "/health/ready");

            Assert.Equal(status, answer.Status);
            Assert.Equal(
                $$"""{"status":"{{name}}","reasons":[{"part":"{{part}}","message":"It is so.","since":"1970-01-01T00:00:00+00:00"}]}""",
                answer.Body);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task The_probe_of_the_channels_is_answered(string store)
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var options = NotifyServer.Default with { Store = new() { Location = store == "memory" ? store : $"sqlite:{folder.Path}/n.db" } };
        var server = new NotifyServer(options, time: time);
        await server.InitializeAsync();
        try
        {
            var node = server.Services.GetRequiredService<BrokerNode>();
            time.Advance(RegionProbe.Interval);
            await TestTimeouts.UntilAsync(() => node.Channels.Entries.Any(entry => RegionProbe.Owns(entry.Name)));
            await TestTimeouts.UntilAsync(() =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return !node.Probe!.IsWaiting;
            });

            Assert.False(node.Probe!.IsSilent);
            Assert.Equal(0, node.Channels.Count);
            var channels = await RawHttp.GetAsync(server, "/api/channels", "notification_secret: S1");
            Assert.Equal("""{"channels":[],"next":null}""", channels.Body);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<NotifyServer> StartAsync(Troubles troubles)
    {
        var server = new NotifyServer(NotifyServer.Default, services: services => services.AddSingleton<INodeTroubles>(troubles));
        await server.InitializeAsync();
        return server;
    }

    private sealed class Troubles : INodeTroubles
    {
        public IReadOnlyList<CurrentTrouble> Current { get; set; } = [];

        public IReadOnlyList<CurrentTrouble> FindCurrent() => Current;

        public NodeTroubleReport Read() => new(Current, []);
    }
}
