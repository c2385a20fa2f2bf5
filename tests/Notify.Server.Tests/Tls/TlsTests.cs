using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Notify.Server.Options;
using Notify.Server.Tests.Options;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Tls;

/// <summary>Tests HTTPS with the certificate and key of the original server's two settings.</summary>
public sealed class TlsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task Sends_and_sockets_are_served_and_the_intermediate_certificate_is_sent_along()
    {
        using var authority = Authority("CN=Authority", issuer: null);
        using var intermediate = Authority("CN=Intermediate", authority);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Request("CN=localhost", leafKey).Create(intermediate, Now.AddDays(-1), Now.AddDays(1), [3]);
        using var certificate = new TemporaryFile(leaf.ExportCertificatePem() + "\n" + intermediate.ExportCertificatePem());
        using var key = new TemporaryFile(leafKey.ExportPkcs8PrivateKeyPem());
        var server = new NotifyServer(Options(certificate, key));
        await server.InitializeAsync();
        try
        {
            var sent = new List<string>();
            using var handler = new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, presented, chain, _) =>
                {
                    sent.AddRange(chain!.ChainPolicy.ExtraStore.Select(extra => extra.Subject));
                    return presented!.Thumbprint == leaf.Thumbprint;
                },
            };
            using var client = new HttpClient(handler) { BaseAddress = server.Address };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/send")
            {
                Content = new FormUrlEncodedContent([new("channel", "c"), new("notification", "hi")]),
            };
            request.Headers.Add("notification_secret", NotifyServer.Secret);

            using var response = await client.SendAsync(request);

            Assert.Equal("\"ok\"", await response.Content.ReadAsStringAsync());
            Assert.Contains("CN=Intermediate", sent);

            using var socket = new ClientWebSocket();
            socket.Options.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == leaf.Thumbprint;
            await socket.ConnectAsync(
                new UriBuilder(server.Address) { Scheme = "wss", Path = "/socket.io/", Query = "EIO=4&transport=websocket" }.Uri,
                default);
            var buffer = new byte[1024];
            var first = await socket.ReceiveAsync(buffer, default);
            Assert.StartsWith("0{\"sid\":", Encoding.UTF8.GetString(buffer, 0, first.Count), StringComparison.Ordinal);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public void A_certificate_and_a_key_that_do_not_belong_together_are_an_error_that_names_both()
    {
        using var authority = Authority("CN=Authority", issuer: null);
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new TemporaryFile(authority.ExportCertificatePem());
        using var key = new TemporaryFile(otherKey.ExportPkcs8PrivateKeyPem());

        var error = Assert.Throws<OptionsException>(() => new NotifyServer(Options(certificate, key)));

        Assert.Contains("SSL_CERT=" + certificate.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("SSL_KEY=" + key.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_an_error_that_names_it()
    {
        using var nonsense = new TemporaryFile("no certificate");

        var error = Assert.Throws<OptionsException>(() => new NotifyServer(Options(nonsense, nonsense)));

        Assert.Contains("SSL_CERT=" + nonsense.Path, error.Message, StringComparison.Ordinal);
    }

    private static NotifyOptions Options(TemporaryFile certificate, TemporaryFile key) => NotifyServer.Default with
    {
        Listen = new() { Port = 0, Host = "127.0.0.1", CertificatePath = certificate.Path, KeyPath = key.Path },
    };

    private static CertificateRequest Request(string name, ECDsa key) => new(name, key, HashAlgorithmName.SHA256);

    private static X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        if (issuer is null)
        {
            return request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(2));
        }

        using var signed = request.Create(issuer, Now.AddDays(-1), Now.AddDays(1), [2]);
        return signed.CopyWithPrivateKey(key);
    }
}
