using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Notify.Broker;
using Notify.Server.Limits;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests that clients that connect and send nothing cost a bounded number of sockets for a bounded time.</summary>
[Trait("Duration", "Long")]
public sealed class SocketPlacesTests
{
    private const string Send =
        "POST /send HTTP/1.1\r\nHost: x\r\nnotification_secret: S1\r\nContent-Type: application/json\r\nContent-Length: " +
        "34\r\n\r\n{\"channel\":\"c\",\"notification\":\"n\"}";

    [Fact]
    public async Task Past_the_places_a_connection_is_closed_at_once_and_those_that_are_open_go_on()
    {
        var server = await StartAsync(3);
        try
        {
            using var counts = new Counts(server.Metrics);
            using var backend = await RawHttp.ConnectAsync(server);
            await AssertSentAsync(backend);
            using var first = await RawHttp.ConnectAsync(server);
            using var second = await RawHttp.ConnectAsync(server);
            await TestTimeouts.UntilAsync(() => server.Sockets.Open == 3);
            for (var i = 0; i < 20; i++)
            {
                using var refused = await RawHttp.ConnectAsync(server);
                Assert.Empty(await RawHttp.ReadAllAsync(refused.GetStream()).Soon());
            }

            Assert.Equal(20, counts["notify.limit.refusals{sockets}"]);
            await AssertSentAsync(backend);

            // Another client may take the released socket.
            first.Dispose();
            await TestTimeouts.UntilAsync(() => server.Sockets.Open == 2);
            using var next = await RawHttp.ConnectAsync(server);
            await AssertSentAsync(next);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_connection_that_sends_nothing_is_closed_after_a_while()
    {
        var server = await StartAsync(100);
        try
        {
            using var backend = await RawHttp.ConnectAsync(server);
            await AssertSentAsync(backend);
            var silent = new List<TcpClient>();
            for (var i = 0; i < 10; i++)
            {
                silent.Add(await RawHttp.ConnectAsync(server));
            }

            foreach (var connection in silent)
            {
                Assert.Empty(await RawHttp.ReadAllAsync(connection.GetStream()).Soon());
                connection.Dispose();
            }

            await TestTimeouts.UntilAsync(() => server.Sockets.Open == 1);
            await AssertSentAsync(backend);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<NotifyServer> StartAsync(int most)
    {
        var server = new NotifyServer(NotifyServer.Default, services: services => services.AddSingleton(provider =>
            new SocketLimit(most, provider.GetRequiredService<BrokerNode>().Metrics, provider.GetRequiredService<RefusalLog>())));
        await server.InitializeAsync();
        return server;
    }

    private static async Task AssertSentAsync(TcpClient connection)
    {
        var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Send)).AsTask().Soon();
        var answer = new byte[4096];
        var length = await stream.ReadAsync(answer).AsTask().Soon();
        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
    }
}
