using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Notify.ProtocolHost;
using Notify.Server.Limits;

namespace Notify.Server.Tests.Support;

/// <summary>Runs Engine.IO alone with an echo, and Socket.IO.</summary>
public abstract class ProtocolServer : IServer, IAsyncLifetime
{
    private readonly WebApplication _app;

    protected ProtocolServer(TimeSpan pingInterval, TimeSpan pingTimeout, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = ProtocolApp.Build(builder, pingInterval, pingTimeout);
    }

    public Uri Address { get; private set; } = null!;

    public string EnginePath => "/engine.io/";

    internal FaultLog Log { get; } = new();

    internal ConnectionLimits Limits => _app.Services.GetRequiredService<ConnectionLimits>();

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Returns the same server with its Socket.IO path.</summary>
    internal IServer AtSocketIo() => new SocketIo(this);

    private sealed record SocketIo(ProtocolServer Server) : IServer
    {
        public Uri Address => Server.Address;

        public string EnginePath => "/socket.io/";
    }
}
