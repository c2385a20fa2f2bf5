using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Server.Sessions;
using Notify.Server.Tests.Support;
using Notify.Server.Troubles;

namespace Notify.Server.Tests.Sessions;

/// <summary>Tests what is told of clients that are disconnected because they are slow.</summary>
public sealed class EndLogTests
{
    [Fact]
    public void Slow_clients_are_one_line_a_minute_with_their_number()
    {
        var time = new FakeTimeProvider();
        using var log = new LogRecorder();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var metrics = new BrokerMetrics();
        using var counts = new Counts(metrics);
        using var ends = new EndLog(metrics.Connections, time, loggers.CreateLogger<EndLog>());

        End("a", ConnectionEnds.Slow);
        End("b", ConnectionEnds.Client);
        End("c", ConnectionEnds.Slow);
        End("d", ConnectionEnds.Slow);
        Assert.Contains("was full: 1. The last one: connection a (events).", Assert.Single(log.Lines), StringComparison.Ordinal);

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, log.Lines.Count);
        Assert.Contains("was full: 2. The last one: connection d (events).", log.Lines[1], StringComparison.Ordinal);
        Assert.Equal((3, 1), (counts["notify.connections.ended{events,slow}"], counts["notify.connections.ended{events,client}"]));

        void End(string id, string reason) =>
            ends.Ended(id, new SendQueue(1000) { Protocol = ConnectionProtocol.Events }, reason, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Slow_clients_of_every_transport_are_a_trouble()
    {
        var server = new NotifyServer(NotifyServer.Default with { Connection = new() { MaxQueue = 64 * 1024 } });
        await server.InitializeAsync();
        using var plain = await JsonWebSocketClient.OpenAsync(server);
        await plain.JoinAsync("big");
        var (stock, _) = await RawSocket.ConnectAsync(server);
        using var counts = new Counts(server.Metrics);
        await stock.SendAsync("""420["join","big"]""");
        await stock.ReceiveAsync();

        var big = $"\"{new string('x', 90 * 1024)}\"";
        while (counts["notify.connections.ended{plain,slow}"] == 0 || counts["notify.connections.ended{socketio3,slow}"] == 0)
        {
            await server.SendAsync("big", big);
        }

        // The log follows the count.
        var troubles = server.Services.GetRequiredService<INodeTroubles>().Read();
        await TestTimeouts.UntilAsync(() =>
        {
            troubles = server.Services.GetRequiredService<INodeTroubles>().Read();
            return troubles.Logged.Any(static entry => entry.Event == "SlowClients");
        });
        var now = Assert.Single(troubles.Now, static trouble => trouble.Part == TroubleParts.Warning);
        Assert.Contains("NOTIFY_MAX_QUEUE", now.Message, StringComparison.Ordinal);
        stock.Dispose();
        await server.DisposeAsync();
    }
}
