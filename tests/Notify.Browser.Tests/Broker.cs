using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Notify.Server;
using Notify.Server.Options;

namespace Notify.Browser.Tests;

/// <summary>Runs the server, as <c>Program</c> composes it, in this process.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Broker(WebApplication app)
    {
        _app = app;
    }

    public string Url => _app.Urls.Single();

    public static Task<Broker> StartAsync(int port = 0, params string[] allowedOrigins) =>
        StartAsync(new ListenOptions { Host = "127.0.0.1", Port = port }, allowedOrigins);

    /// <summary>Starts a broker with a certificate.</summary>
    public static Task<Broker> StartAsync(string certificatePath, string keyPath) =>
        StartAsync(new ListenOptions { Host = "127.0.0.1", Port = 0, CertificatePath = certificatePath, KeyPath = keyPath });

    private static async Task<Broker> StartAsync(ListenOptions listen, params string[] allowedOrigins)
    {
        var builder = NotifyHost.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = NotifyHost.Build(builder, new NotifyOptions
        {
            Listen = listen,
            History = new HistoryOptions { Store = "memory" },
            Cors = new CorsOptions { AllowedOrigins = allowedOrigins },
            Shutdown = new ShutdownOptions { Drain = TimeSpan.FromMilliseconds(100) },
        });
        await app.StartAsync();
        return new Broker(app);
    }

    public Task SendAsync(string channel, string notification) => Backend.SendAsync(Url, channel, notification);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
