using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Playwright;

namespace Notify.Browser.Tests;

/// <summary>Tests a browser over HTTPS and <c>wss</c>.</summary>
public sealed class SecurePageTests(Chromium chromium, Servers servers) : IClassFixture<Chromium>, IClassFixture<Servers>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("polling")]
    [InlineData("websocket")]
    public async Task A_page_is_told_over_TLS(string transport)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        var (certificatePath, keyPath) = (Path.Combine(_folder, "tls.crt"), Path.Combine(_folder, "tls.key"));
        await File.WriteAllTextAsync(certificatePath, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyPath, key.ExportPkcs8PrivateKeyPem());
        await using var broker = await Broker.StartAsync(certificatePath, keyPath);
        var channel = Channel.Next();
        servers.Site.Publish($$"""
            <script src="{{broker.Url}}/socket.io/socket.io.js"></script>
            <script>
              var socket = io.connect('{{broker.Url}}', {query: 'notificationKey=NOTIFICATION_KEY', transports: ['{{transport}}']});
              socket.on('NEW_NOTIFICATION', function (notification) { show(notification.description); });
              socket.on('connect', function () { socket.emit('join', '{{channel}}', function () { show('joined'); }); });
            </script>
            """);
        await using var visit = await chromium.OpenAsync(servers.Site);

        await visit.Page.GetByText("joined", new PageGetByTextOptions { Exact = true }).WaitForAsync();
        await broker.SendAsync(channel, "over TLS");
        await visit.Page.GetByText("over TLS", new PageGetByTextOptions { Exact = true }).WaitForAsync();

        Assert.StartsWith("https://", broker.Url, StringComparison.Ordinal);
        Assert.Empty(visit.Errors);
    }
}
