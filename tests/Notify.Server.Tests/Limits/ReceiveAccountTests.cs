using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Notify.Broker;
using Notify.Server.Limits;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Limits;

/// <summary>Tests that announced data costs nothing, received data costs a bounded amount, and the memory is released.</summary>
[Trait("Duration", "Long")]
public sealed class ReceiveAccountTests
{
    // A body of 60 kB needs 96 kB while its buffer grows for the last time.
    private const int Most = 112 * 1024;

    [Fact]
    public async Task A_body_that_was_announced_and_never_comes_costs_its_first_buffer()
    {
        await using var started = await Started.OnAsync(Most);
        var server = started.Server;
        using var counts = new Counts(server.Metrics);
        var waiting = new List<TcpClient>();
        for (var i = 0; i < 16; i++)
        {
            var connection = await RawHttp.ConnectAsync(server);
            waiting.Add(connection);
            await BeginSendAsync(connection, length: 100_000, "{");
        }

        await TestTimeouts.UntilAsync(() => server.Received.Used == 16 * 4096);
        await server.SendAsync("c", "1");
        waiting.ForEach(connection => connection.Dispose());
        await TestTimeouts.UntilAsync(() => server.Received.Used == 0);
        Assert.Equal(0, counts["notify.limit.refusals{receiving}"]);
    }

    [Fact]
    public async Task What_would_not_fit_is_refused_in_the_words_of_each_protocol()
    {
        await using var started = await Started.OnAsync(Most);
        var server = started.Server;
        using var counts = new Counts(server.Metrics);
        using var polling = await PollingClient.ConnectAsync(server);

        // An unfinished message of 32 kB leaves less than the next one needs.
        using var holder = await RawSocket.OpenAsync(server, "?EIO=4&transport=websocket");
        await holder.ReceiveAsync();
        await holder.SendPartAsync(Encoding.ASCII.GetBytes("4" + new string('x', 20_000)));
        await TestTimeouts.UntilAsync(() => server.Received.Used == 32 * 1024);

        var big = Encoding.ASCII.GetBytes($$"""{"channel":"c","notification":"{{new string('x', 60_000)}}"}""");
        var sent = await RawHttp.SendAsync(
            server,
            new RawRequest("POST", "/send", ["notification_secret: S1", "Content-Type: application/json"]) { Body = big });
        Assert.Equal(
            (503, "1", "\"the server is receiving too much at once; send again in a moment\""),
            (sent.Status, sent.Headers["Retry-After"], sent.Body));
        var asked = await RawHttp.SendAsync(
            server,
            new RawRequest("POST", "/api/notifications", ["notification_secret: S1", "Content-Type: application/json"]) { Body = big });
        Assert.Equal((503, "1"), (asked.Status, asked.Headers["Retry-After"]));
        Assert.StartsWith("503", await polling.PostAsync("4" + new string('x', 60_000)), StringComparison.Ordinal);
        using var socket = await RawSocket.OpenAsync(server, "?EIO=4&transport=websocket");
        await socket.ReceiveAsync();
        await socket.SendAsync("4" + new string('x', 60_000));
        Assert.Equal("closed 1013", await socket.ReceiveAsync());

        // Small requests are still served.
        await server.SendAsync("c", "1");
        Assert.Equal(4, counts["notify.limit.refusals{receiving}"]);

        holder.Dispose();
        await TestTimeouts.UntilAsync(() => server.Received.Used == 0);
        sent = await RawHttp.SendAsync(
            server,
            new RawRequest("POST", "/send", ["notification_secret: S1", "Content-Type: application/json"]) { Body = big });
        Assert.Equal(200, sent.Status);
    }

    private static async Task BeginSendAsync(TcpClient connection, int length, string part)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + part)).AsTask().Soon();
    }

    private sealed record Started(NotifyServer Server) : IAsyncDisposable
    {
        public static async Task<Started> OnAsync(long most)
        {
            var server = new NotifyServer(NotifyServer.Default, services: services => services.AddSingleton(provider =>
                new ReceiveAccount(most, provider.GetRequiredService<BrokerNode>().Metrics, provider.GetRequiredService<RefusalLog>())));
            await server.InitializeAsync();
            return new Started(server);
        }

        public async ValueTask DisposeAsync() => await Server.DisposeAsync();
    }
}
