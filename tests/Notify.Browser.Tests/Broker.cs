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

    /// <summary>Starts a broker with other settings than the usual ones of these tests.</summary>
    public static Task<Broker> StartAsync(Func<NotifyOptions, NotifyOptions> change) =>
        StartAsync(change(Options(new ListenOptions { Host = "127.0.0.1", Port = 0 }, [])));

    private static Task<Broker> StartAsync(ListenOptions listen, params string[] allowedOrigins) =>
        StartAsync(Options(listen, allowedOrigins));

    private static NotifyOptions Options(ListenOptions listen, string[] allowedOrigins) => new()
    {
        Listen = listen,
        Store = new() { Location = "memory" },
        Connection = new() { Origins = OriginPolicy.Only(allowedOrigins), Drain = TimeSpan.FromMilliseconds(100) },
    };

    private static async Task<Broker> StartAsync(NotifyOptions options)
    {
        var builder = NotifyHost.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = NotifyHost.Build(builder, options);
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
