using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Notify.Server.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Tls;

/// <summary>Tests a server whose certificate is replaced while it serves, with real handshakes.</summary>
public sealed class TlsReloadTests
{
    [Fact]
    public async Task New_handshakes_take_the_new_certificate_and_an_open_socket_goes_on()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (PemPair.Create("localhost"), PemPair.Create("localhost"));
        var server = new NotifyServer(Options(folder, first));
        await server.InitializeAsync();
        try
        {
            using var socket = await OpenAsync(server);
            Assert.Equal(first.Thumbprint, await HandshakeAsync(server));

            folder.Write("tls.crt", second.Certificate);
            folder.Write("tls.key", second.Key);
            await UntilAsync(server, second.Thumbprint);

            // Requests after a failure are served as well: the former certificate outlives its files.
            folder.Write("tls.key", "no key");
            Assert.Equal(second.Thumbprint, await HandshakeAsync(server));
            await SendAsync(server);
            Assert.Equal("42[\"NEW_NOTIFICATION\",\"hi\"]", await ReceiveAsync(socket));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_expired_certificate_is_served_until_it_is_renewed()
    {
        using var folder = new TemporaryFolder();
        var (expired, renewed) = (PemPair.Create("localhost", days: -1), PemPair.Create("localhost"));
        var server = new NotifyServer(Options(folder, expired));
        await server.InitializeAsync();
        try
        {
            Assert.Equal(expired.Thumbprint, await HandshakeAsync(server));
            folder.Write("tls.crt", renewed.Certificate);
            folder.Write("tls.key", renewed.Key);
            await UntilAsync(server, renewed.Thumbprint);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static NotifyOptions Options(TemporaryFolder folder, PemPair pair) => NotifyServer.Default with
    {
        Listen = new()
        {
            Port = 0,
            Host = "127.0.0.1",
            CertificatePath = folder.Write("tls.crt", pair.Certificate),
            KeyPath = folder.Write("tls.key", pair.Key),
        },
    };

    private static async Task UntilAsync(NotifyServer server, string thumbprint)
    {
        using var patience = new CancellationTokenSource(TestTimeouts.Limit);
        while (await HandshakeAsync(server) != thumbprint)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    // The thumbprint of the server's certificate.
    private static async Task<string> HandshakeAsync(NotifyServer server)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.Address.Host, server.Address.Port).Soon();
        var shown = "";
        await using var tls = new SslStream(connection.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                shown = certificate!.GetCertHashString();
                return certificate.Subject == "CN=localhost";
            },
        }).Soon();
        Assert.Equal(SslApplicationProtocol.Http2, tls.NegotiatedApplicationProtocol);
        return shown;
    }

    private static async Task<ClientWebSocket> OpenAsync(NotifyServer server)
    {
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost";
        var address = new UriBuilder(server.Address)
        {
            Scheme = "wss",
            Path = "/socket.io/",
            Query = "EIO=3&transport=websocket&notificationKey=K1",
        }.Uri;
        await socket.ConnectAsync(address, default).Soon();
        Assert.StartsWith("0{", await ReceiveAsync(socket), StringComparison.Ordinal);
        Assert.Equal("40", await ReceiveAsync(socket));
        await socket.SendAsync("420[\"join\",\"C\"]"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default).Soon();
        Assert.StartsWith("430[", await ReceiveAsync(socket), StringComparison.Ordinal);
        return socket;
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var message = await socket.ReceiveAsync(buffer, default).Soon();
        return Encoding.UTF8.GetString(buffer, 0, message.Count);
    }

    private static async Task SendAsync(NotifyServer server)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=localhost",
        };
        using var client = new HttpClient(handler) { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/send")
        {
            Content = new FormUrlEncodedContent([new("channel", "C"), new("notification", "hi")]),
        };
        request.Headers.Add("notification_secret", NotifyServer.Secret);
        using var response = await client.SendAsync(request).Soon();
        Assert.Equal("\"ok\"", await response.Content.ReadAsStringAsync());
    }
}
