using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Notify.ProtocolHost;

namespace Notify.Server.Tests.Support;

/// <summary>Engine.IO alone, echoing, with a ping interval of 300 ms and a timeout of 200 ms.</summary>
public sealed class ProtocolServer : IServer, IAsyncLifetime
{
    private readonly WebApplication _app;

    public ProtocolServer()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = ProtocolApp.Build(builder);
    }

    public Uri Address { get; private set; } = null!;

    public string EnginePath => "/engine.io/";

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();
}
