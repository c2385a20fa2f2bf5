using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Notify.Server.Tests.Access;

/// <summary>Runs a web server with one handler for every request.</summary>
internal sealed class WebBackend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebBackend(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public static async Task<WebBackend> StartAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        return new WebBackend(app);
    }

    public async ValueTask DisposeAsync()
    {
        // A handler that hangs must not hold up the end.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
