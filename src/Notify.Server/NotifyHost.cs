using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Notify.Broker;
using Notify.Server.EngineIo;
using Notify.Server.Options;
using Notify.Server.Send;
using Notify.Server.Sessions;
using Notify.Server.SocketIo;
using Notify.Server.WebSockets;
using KestrelListen = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace Notify.Server;

/// <summary>Composes the server: listener, broker, Socket.IO, <c>/send</c>, and the order in which they stop.</summary>
public static class NotifyHost
{
    // The connection timeout of the reference.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(45);

    private static string ConfigFolder => Path.Combine(AppContext.BaseDirectory, "config");

    /// <summary>A builder that reads <c>config/appsettings*.json</c> beside the program.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args) => WebApplication.CreateBuilder(new WebApplicationOptions
    {
        Args = args,
        ContentRootPath = Directory.Exists(ConfigFolder) ? ConfigFolder : AppContext.BaseDirectory,
    });

    /// <summary>Builds the server.</summary>
    /// <exception cref="OptionsException">The certificate cannot be used.</exception>
    public static WebApplication Build(WebApplicationBuilder builder, NotifyOptions options)
    {
        ConfigureListener(builder, options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainService.StopTimeout(options.Shutdown.Drain));
        builder.Services.AddSingleton(options);
        builder.Services.AddBroker(ToBroker(options), File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "akka.hocon")));
        builder.Services.AddSingleton(provider => CreateEngine(provider, options));
        builder.Services.TryAddSingleton(ToSessions(options));
        builder.Services.AddSingleton<SessionServer>();
        builder.Services.AddHostedService<DrainService>();

        var app = builder.Build();
        Map(app, options);
        return app;
    }

    private static void Map(WebApplication app, NotifyOptions options)
    {
        var node = app.Services.GetRequiredService<BrokerNode>();
        var send = new SendEndpoint(() => node.Publisher, options.Access, options.Send);
        var bundle = new ClientBundle(Path.Combine(AppContext.BaseDirectory, "client"));
        var health = new HealthEndpoint(() => app.Services.GetRequiredService<EngineServer>());
        var console = new ConsoleFiles();
        EngineEndpoint? engine = null;

        app.UseCutRequests();
        app.UseCapturedWebSockets();
        app.UseClientSessions(app.Services.GetRequiredService<SessionServer>(), new KeyCheck(options.Access.Key));
        app.Run(async context =>
        {
            if (SendEndpoint.Matches(context))
            {
                await send.HandleAsync(context);
                return;
            }

            engine ??= new EngineEndpoint(app.Services.GetRequiredService<EngineServer>());
            if (engine.Matches(context))
            {
                if (!await bundle.TryServeAsync(context))
                {
                    await engine.HandleAsync(context);
                }

                return;
            }

            if (HealthEndpoint.Matches(context))
            {
                await health.HandleAsync(context);
                return;
            }

            await (console.Matches(context) ? console.HandleAsync(context) : NotFound.AnswerAsync(context));
        });
    }

    private static void ConfigureListener(WebApplicationBuilder builder, NotifyOptions options)
    {
        var certificate = TlsCertificate.Load(options.Listen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Every endpoint reads its body against a limit of its own; this only bounds what is read to be thrown away.
            kestrel.Limits.MaxRequestBodySize = 10 << 20;
            void Configure(KestrelListen listen) => ConfigureEndpoint(listen, certificate);
            switch (options.Listen.Host)
            {
                case null:
                    kestrel.ListenAnyIP(options.Listen.Port, Configure);
                    break;
                case "localhost":
                    kestrel.ListenLocalhost(options.Listen.Port, Configure);
                    break;
                default:
                    kestrel.Listen(IPAddress.Parse(options.Listen.Host), options.Listen.Port, Configure);
                    break;
            }
        });
    }

    private static void ConfigureEndpoint(KestrelListen listen, TlsCertificate? certificate)
    {
        // WebSocket over HTTP/2 is another handshake; until it is served, nobody may be offered it.
        listen.Protocols = HttpProtocols.Http1;
        if (certificate is not null)
        {
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate.Certificate;
                https.ServerCertificateChain = certificate.Chain;
            });
        }
    }

    private static BrokerOptions ToBroker(NotifyOptions options) => new()
    {
        HistorySize = options.History.Size,
        HistoryTtl = options.History.TimeToLive,
        MemoryMax = options.History.MemoryMax,
        SendTimeout = options.Send.Timeout,
    };

    private static OriginPolicy ToPolicy(CorsOptions cors) => cors.AllowsAnyOrigin ? OriginPolicy.Any : OriginPolicy.Only(cors.AllowedOrigins);

    private static ClientSessionOptions ToSessions(NotifyOptions options) => new()
    {
        MaxQueue = options.Connection.MaxQueue,
        Drain = options.Shutdown.Drain,
        Origins = ToPolicy(options.Cors),
    };

    private static EngineServer CreateEngine(IServiceProvider provider, NotifyOptions options)
    {
        var node = provider.GetRequiredService<BrokerNode>();
        var engine = new EngineIoOptions
        {
            MaxQueue = options.Connection.MaxQueue,
            Origins = ToPolicy(options.Cors),
        };
        var key = new KeyCheck(options.Access.Key);
        return new EngineServer(
            engine,
            node.Connections,
            node.SocketIds,
            node.Metrics,
            (session, context) =>
            {
                var keys = context.Request.Query["notificationKey"];
                var application = new BrokerApplication(keys.Count == 1 ? keys[0] : null, key, node.Sockets);
                return new SocketIoSession(session, application, node.SocketIds, ConnectTimeout);
            },
            provider.GetRequiredService<ILogger<EngineServer>>());
    }
}
