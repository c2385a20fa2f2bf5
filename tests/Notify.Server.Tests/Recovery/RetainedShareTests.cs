using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Notify.Broker;
using Notify.Broker.Recovery;
using Notify.Server.Limits;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Recovery;

/// <summary>Tests retained sessions when one address has more than its share.</summary>
public sealed class RetainedShareTests
{
    private const int Capacity = 200_000;
    private const string Greedy = "203.0.113.1";

    [Fact]
    public async Task One_address_pushes_out_its_own_sessions_and_nobody_elses()
    {
        await using var server = Create();
        await server.InitializeAsync();
        using var counts = new Counts(server.Metrics);
        var neighbours = new List<StockClient>();
        for (var i = 0; i < 5; i++)
        {
            var neighbour = await StockClient.ConnectAsync(server, forwardedFor: $"203.0.113.{10 + i}");
            await neighbour.JoinAsync("news");
            neighbours.Add(neighbour);
        }

        await DropAsync(server, counts, neighbours);
        var greedy = new List<StockClient>();
        for (var i = 0; i < 4; i++)
        {
            var client = await StockClient.ConnectAsync(server, forwardedFor: Greedy);
            var channels = Enumerable.Range(0, 500).Select(n => $"{i}-{n}").ToArray();
            await client.AskAsync(JsonSerializer.Serialize(new object[] { "join", channels }));
            greedy.Add(client);
        }

        await DropAsync(server, counts, greedy);
        await server.SendAsync("news", "1");

        Assert.Equal((2, 7), (counts["notify.sessions.forgotten"], counts["notify.sessions.retained"]));
        Assert.InRange(counts["notify.sessions.retained.size"], 1, Capacity);
        foreach (var (index, neighbour) in neighbours.Index())
        {
            using var again = await StockClient.ConnectAsync(server, neighbour, forwardedFor: $"203.0.113.{10 + index}");
            Assert.True(again.Recovered);
            Assert.Equal("1", await again.NextAsync());
        }

        using var loser = await StockClient.ConnectAsync(server, greedy[0], forwardedFor: Greedy);
        Assert.False(loser.Recovered);
    }

    private static NotifyServer Create()
    {
        Assert.True(TrustedProxies.TryParse("loopback", out var proxies));
        return new NotifyServer(
            NotifyServer.Default with { Address = new AddressLimitOptions { Proxies = proxies } },
            services: services => services.AddSingleton(provider => new RecoverableSessions(
                provider.GetRequiredService<PrivateIds>(),
                TimeSpan.FromMinutes(2),
                Capacity,
                TimeProvider.System,
                provider.GetRequiredService<BrokerNode>().Metrics)));
    }

    // One after the other, so that their order is known.
    private static async Task DropAsync(NotifyServer server, Counts counts, List<StockClient> clients)
    {
        foreach (var client in clients)
        {
            var before = Known(server, counts);
            client.Dispose();
            await TestTimeouts.UntilAsync(() => Known(server, counts) == before + 1);
        }
    }

    // In this order: the number of retained sessions is only known when the session that was removed for the newest has been counted.
    private static long Known(NotifyServer server, Counts counts) => counts["notify.sessions.forgotten"] + server.Retained;
}
