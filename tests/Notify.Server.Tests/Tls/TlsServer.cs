using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.Server.Tests.Support;

namespace Notify.Server.Tests.Tls;

/// <summary>Runs a server with TLS, and a log that collects its faults.</summary>
public sealed class TlsServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    internal FaultLog Log { get; } = new();

    internal NotifyServer Server { get; private set; } = null!;

    public Task InitializeAsync()
    {
        var pair = PemPair.Create("localhost");
        var options = NotifyServer.Default with
        {
            Listen = new()
            {
                Port = 0,
                Host = "127.0.0.1",
                CertificatePath = _folder.Write("tls.crt", pair.Certificate),
                KeyPath = _folder.Write("tls.key", pair.Key),
            },
        };
        Server = new NotifyServer(options, services: services => services.AddSingleton<ILoggerProvider>(Log));
        return Server.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
