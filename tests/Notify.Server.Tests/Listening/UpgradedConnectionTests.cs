using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Listening;

/// <summary>Tests a connection that was HTTP and is now a WebSocket.</summary>
public sealed class UpgradedConnectionTests : IAsyncLifetime
{
    private readonly RequestWatch _requests = new();
    private readonly NotifyServer _server;

    public UpgradedConnectionTests()
    {
        _server = new NotifyServer(NotifyServer.Default, _requests);
    }

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/ws?key=K1")]
    [InlineData("/socket.io/?EIO=4&transport=websocket")]
    public async Task An_open_WebSocket_keeps_nothing_of_the_request_that_it_was(string path)
    {
        using var socket = await OpenAsync(path);

        await TestTimeouts.UntilAsync(() =>
        {
            GC.Collect();
            return _requests.Seen == 1 && !_requests.IsAnyAlive;
        });

        await AnswersAsync(socket, path);
    }

    [Fact]
    public async Task A_connection_that_has_served_HTTP_becomes_a_WebSocket_in_order()
    {
        using var connection = await RawHttp.ConnectAsync(_server);
        var get = $"GET /health/live HTTP/1.1\r\nHost: {_server.Address.Authority}\r\n\r\n";

        // All at once, so that the responses before the upgrade may still be under way when the WebSocket begins to write.
        await connection.GetStream()
            .WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(get, 20)) + Handshake("/ws?key=K1")))
            .AsTask()
            .Soon();

        var all = await ReadUntilAsync(connection.GetStream(), "\"welcome\"");
        Assert.Equal(20, all.Split("HTTP/1.1 200").Length - 1);
        Assert.True(all.LastIndexOf("HTTP/1.1 200", StringComparison.Ordinal) < all.IndexOf("HTTP/1.1 101", StringComparison.Ordinal));
        Assert.True(all.IndexOf("HTTP/1.1 101", StringComparison.Ordinal) < all.IndexOf("\"welcome\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_client_says_together_with_its_handshake_is_heard()
    {
        using var connection = await RawHttp.ConnectAsync(_server);
        var ping = """{"type":"ping","id":7}"""u8;

        // A text frame with a mask of zeros.
        byte[] frame = [0x81, (byte)(0x80 | ping.Length), 0, 0, 0, 0, .. ping];
        await connection.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(Handshake("/ws?key=K1")), .. frame]).AsTask().Soon();

        var all = await ReadUntilAsync(connection.GetStream(), "\"pong\"");

        Assert.True(all.IndexOf("\"welcome\"", StringComparison.Ordinal) < all.IndexOf("\"pong\"", StringComparison.Ordinal));
    }

    private static async Task AnswersAsync(RawSocket socket, string path)
    {
        if (path.StartsWith("/ws", StringComparison.Ordinal))
        {
            await socket.SendAsync("""{"type":"ping"}""");
            Assert.Equal("""{"type":"pong"}""", await socket.ReceiveAsync());
        }
        else
        {
            await socket.SendAsync("40");
            Assert.StartsWith("40{", await socket.ReceiveAsync(), StringComparison.Ordinal);
        }
    }

    private static async Task<string> ReadUntilAsync(Stream stream, string last)
    {
        var all = new StringBuilder();
        var buffer = new byte[4096];
        while (!all.ToString().Contains(last, StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer).AsTask().Soon();
            Assert.True(read > 0, $"the connection ended after {all}");
            all.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return all.ToString();
    }

    private async Task<RawSocket> OpenAsync(string path)
    {
        var parts = path.Split('?');
        var socket = await RawSocket.OpenAsync(_server, parts[0], "?" + parts[1]);
        await socket.ReceiveAsync();
        return socket;
    }

    private string Handshake(string path) =>
        $"GET {path} HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    /// <summary>Tracks the requests without keeping any of them alive.</summary>
    private sealed class RequestWatch : IStartupFilter
    {
        private readonly ConditionalWeakTable<HttpContext, object> _alive = [];
        private int _seen;

        public int Seen => Volatile.Read(ref _seen);

        public bool IsAnyAlive => _alive.Any();

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, then) =>
            {
                _alive.AddOrUpdate(context, this);
                Interlocked.Increment(ref _seen);
                return then(context);
            });
            next(app);
        };
    }
}
