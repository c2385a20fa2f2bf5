using Akka.Actor;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Relays;
using Notify.Server.EngineIo;
using Notify.Server.Limits;
using Notify.Server.Listening;
using Notify.Server.Options;
using Notify.Server.Sessions;
using Notify.Server.SocketIo;
using Notify.Server.WebSockets;

namespace Notify.ProtocolHost;

/// <summary>
/// Runs the server that the official protocol suites require, built from Notify's own layers: Engine.IO alone at <c>/engine.io/</c>,
/// Socket.IO at <c>/socket.io/</c>.
/// </summary>
public static class ProtocolApp
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(1);

    public static WebApplication Build(WebApplicationBuilder builder, TimeSpan pingInterval, TimeSpan pingTimeout)
    {
        var options = new EngineIoOptions { PingInterval = pingInterval, PingTimeout = pingTimeout, MaxPayload = 1_000_000 };
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ConfigureEndpointDefaults(static listen => listen.UseClientConnections());
        });
        builder.Services.AddSingleton<BrokerMetrics>();
        builder.Services.AddSingleton(_ => ActorSystem.Create("protocol", "akka { loglevel = WARNING, stdout-loglevel = WARNING }"));
        builder.Services.AddSingleton(provider => ConnectionFactory.Start(
            provider.GetRequiredService<ActorSystem>(),
            new RelayStripes(1),
            new BrokerOptions(),
            new NodeJoins(1000, long.MaxValue),
            provider.GetRequiredService<BrokerMetrics>()));
        builder.Services.AddSingleton(new SocketIds(0));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<RefusalLog>();
        builder.Services.AddSingleton(new AddressLimitOptions());
        builder.Services.AddSingleton<AddressLimits>();
        builder.Services.AddSingleton(provider => new ReceiveAccount(
            long.MaxValue, provider.GetRequiredService<BrokerMetrics>(), provider.GetRequiredService<RefusalLog>()));
        builder.Services.AddSingleton(provider => new EndLog(
            provider.GetRequiredService<BrokerMetrics>().Connections,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EndLog>>()));
        builder.Services.AddSingleton(provider => new ConnectionLimits(
            int.MaxValue,
            int.MaxValue,
            provider.GetRequiredService<AddressLimits>(),
            provider.GetRequiredService<BrokerMetrics>(),
            provider.GetRequiredService<RefusalLog>()));

        builder.Services.AddKeyedSingleton("engine.io", (provider, _) => Mount(
            provider, options with { Path = "/engine.io/" }, (session, _) => new EchoHandler(session)));
        builder.Services.AddKeyedSingleton("socket.io", (provider, _) => Mount(
            provider,
            options with { Path = "/socket.io/" },
            (session, _) => new SocketIoSession(session, new EchoApplication(), provider.GetRequiredService<SocketIds>(), ConnectTimeout)));

        var app = builder.Build();
        app.Use((context, next) =>
        {
            if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade
                && !context.Request.Query.ContainsKey("sid"))
            {
                context.Features.Set<IHttpUpgradeFeature>(new UnhurriedUpgrade(upgrade));
            }

            return next(context);
        });
        app.UseCapturedWebSockets();
        app.UseEngineIo(app.Services.GetRequiredKeyedService<EngineSessionManager>("engine.io"));
        app.UseEngineIo(app.Services.GetRequiredKeyedService<EngineSessionManager>("socket.io"));
        return app;
    }

    private static EngineSessionManager Mount(
        IServiceProvider provider, EngineIoOptions options, Func<EngineSession, HttpContext, IEngineHandler> createHandler) =>
        new(
        options,
        new ConnectionOptions { MessageRate = default },
        provider.GetRequiredService<ConnectionFactory>(),
        provider.GetRequiredService<SocketIds>(),
        provider.GetRequiredService<BrokerMetrics>(),
        provider.GetRequiredService<ConnectionLimits>(),
        provider.GetRequiredService<EndLog>(),
        provider.GetRequiredService<TimeProvider>(),
        createHandler,
        provider.GetRequiredService<ILogger<EngineSessionManager>>());
}
