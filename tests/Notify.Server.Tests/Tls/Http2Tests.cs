using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Tls;

/// <summary>Tests HTTP/2 over TLS: many requests share a connection, and WebSockets are not offered over it.</summary>
public sealed class Http2Tests(TlsServer fixture) : IClassFixture<TlsServer>, IDisposable
{
    private readonly SharedConnection _shared = new(fixture.Server.Address);

    public void Dispose() => _shared.Dispose();

    [Fact]
    public async Task Many_event_streams_and_sends_share_one_connection()
    {
        var streams = new List<StreamReader>();
        for (var i = 0; i < 40; i++)
        {
            var response = await _shared.Client.GetAsync(Path($"/events?key=K1&channel=c{i}"), HttpCompletionOption.ResponseHeadersRead)
                .Soon();
            Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
            streams.Add(new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        for (var i = 0; i < streams.Count; i++)
        {
            using var sent = await SendAsync($"c{i}", $"n{i}");
            Assert.Equal("\"ok\"", await sent.Content.ReadAsStringAsync());
        }

        for (var i = 0; i < streams.Count; i++)
        {
            await FindAsync(streams[i], $"n{i}").Soon();
            streams[i].Dispose();
        }

        Assert.Equal(1, _shared.Connections);
        NoFaults();
    }

    [Fact]
    public async Task What_is_refused_leaves_the_connection_to_the_others()
    {
        using (var tooLong = await SendAsync("c", new string('x', 200_000)))
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLong.StatusCode);
        }

        using (
            var noBody = await _shared.Client.PostAsync(Path("/socket.io/?EIO=4&transport=polling&sid=none"), new ByteArrayContent([]))
                .Soon())
        {
            Assert.Equal(HttpStatusCode.BadRequest, noBody.StatusCode);
            Assert.False(noBody.Headers.Contains("Connection"));
        }

        using (var good = await SendAsync("c", "good"))
        {
            Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        }

        Assert.Equal(1, _shared.Connections);
        NoFaults();
    }

    [Fact]
    public async Task WebSockets_are_not_offered_over_it()
    {
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var address = new UriBuilder(Path("/ws?key=K1")) { Scheme = "wss" }.Uri;

        var refusal = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, _shared.Client, default).Soon());

        var cause = Assert.IsType<HttpRequestException>(refusal.InnerException);
        Assert.Equal(HttpRequestError.ExtendedConnectNotSupported, cause.HttpRequestError);
        NoFaults();
    }

    [Fact]
    public async Task A_WebSocket_over_it_that_comes_all_the_same_is_refused()
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(fixture.Server.Address.Host, fixture.Server.Address.Port);
        await using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost",
        }).Soon();
        byte[] headers = [.. Field(":method", "CONNECT"), .. Field(":protocol", "websocket"), .. Field(":scheme", "https"),
            .. Field(":authority", "localhost"), .. Field(":path", "/ws?key=K1"), .. Field("sec-websocket-version", "13")];
        await tls.WriteAsync(
            (byte[])[
                .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
                0,
                0,
                0,
                4,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                (byte)headers.Length,
                1,
                4,
                0,
                0,
                0,
                1,
                .. headers
            ]);

        var all = new StringBuilder();
        var buffer = new byte[4096];
        while (!all.ToString().Contains("501", StringComparison.Ordinal))
        {
            var length = await tls.ReadAsync(buffer).AsTask().Soon();
            Assert.NotEqual(0, length);
            all.Append(Encoding.Latin1.GetString(buffer, 0, length));
        }

        NoFaults();
    }

    // A literal without indexing (RFC 7541 section 6.2.2).
    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static async Task FindAsync(StreamReader stream, string text)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            if (line.Contains($"\"{text}\"", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The stream ended without {text}.");
    }

    private Uri Path(string path) => new(fixture.Server.Address, path);

    private Task<HttpResponseMessage> SendAsync(string channel, string text)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path("/send"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent(
                $$"""{"channel":"{{channel}}","notification":{"text":"{{text}}"} }""",
                new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("notification_secret", NotifyServer.Secret);
        return _shared.Client.SendAsync(request).Soon();
    }

    private void NoFaults()
    {
        var faults = fixture.Log.Take();
        Assert.True(faults.Length == 0, faults);
    }

    /// <summary>Implements a client that uses only HTTP/2, and counts its connections.</summary>
    private sealed class SharedConnection : IDisposable
    {
        private int _connections;

        public SharedConnection(Uri address)
        {
            Client = new HttpClient(new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost" },
                ConnectCallback = async (_, cancellationToken) =>
                {
                    Interlocked.Increment(ref _connections);
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            })
            {
                DefaultRequestVersion = HttpVersion.Version20,
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
        }

        public HttpClient Client { get; }

        public int Connections => Volatile.Read(ref _connections);

        public void Dispose() => Client.Dispose();
    }
}
