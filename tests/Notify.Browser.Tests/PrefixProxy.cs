using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Notify.Browser.Tests;

/// <summary>A reverse proxy that has the broker below the path <c>/tools/notify/</c>, as nginx does with <c>proxy_pass</c>.</summary>
internal sealed class PrefixProxy : IAsyncDisposable
{
    private const string Prefix = "/tools/notify";

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _client;

    private PrefixProxy(WebApplication app, HttpMessageInvoker client)
    {
        _app = app;
        _client = client;
    }

    public string Url => _app.Urls.Single() + Prefix + "/";

    public static async Task<PrefixProxy> StartAsync(Broker broker)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Services.AddReverseProxy();
        var app = builder.Build();
        var services = app.Services;
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None };
        var client = new HttpMessageInvoker(handler);
        var transformer = services.GetRequiredService<ITransformBuilder>()
            .Create(context => context.AddPathRemovePrefix(Prefix).AddXForwarded());
        var forwarder = services.GetRequiredService<IHttpForwarder>();
        app.UseWebSockets();
        app.Map(Prefix + "/{**rest}", async context =>
            await forwarder.SendAsync(context, broker.Url, client, ForwarderRequestConfig.Empty, transformer));
        await app.StartAsync();
        return new PrefixProxy(app, client);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _client.Dispose();
    }
}
