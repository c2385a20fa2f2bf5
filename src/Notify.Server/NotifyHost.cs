using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Notify.Broker;
using Notify.Broker.Metrics;
using Notify.Server.Access;
using Notify.Server.Endpoints;
using Notify.Server.EngineIo;
using Notify.Server.Forwarding;
using Notify.Server.Framing;
using Notify.Server.Http2;
using Notify.Server.Limits;
using Notify.Server.Listening;
using Notify.Server.Memory;
using Notify.Server.Options;
using Notify.Server.Sessions;
using Notify.Server.SocketIo;
using Notify.Server.Telemetry;
using Notify.Server.Tls;
using Notify.Server.Troubles;
using Notify.Storage;
using KestrelListen = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;
using ServerListen = Notify.Server.Options.ListenOptions;

namespace Notify.Server;

/// <summary>Composes the server: listener, broker, Socket.IO, <c>/send</c>, and the order in which they stop.</summary>
public static class NotifyHost
{
    // The connection timeout of Socket.IO's own server.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(45);

    // Sufficient for the 32 channels of an event stream, whose names of 200 bytes take 600 in a URL, and the rest of the query.
    private const int MaxRequestLine = 32 * 1024;

    private static string ConfigFolder => Path.Combine(AppContext.BaseDirectory, "config");

    /// <summary>Creates a builder that reads <c>config/appsettings*.json</c> beside the program.</summary>
    /// <exception cref="OptionsException">A file cannot be read.</exception>
    public static WebApplicationBuilder CreateBuilder()
    {
        try
        {
            return WebApplication.CreateBuilder(new WebApplicationOptions
            {
                ContentRootPath = Directory.Exists(ConfigFolder) ? ConfigFolder : AppContext.BaseDirectory,
            });
        }
        catch (InvalidDataException exception)
        {
            throw new OptionsException(ConfigurationFileError.Explain(exception), exception);
        }
    }

    /// <summary>Builds the server.</summary>
    /// <exception cref="OptionsException">The certificate or the file of secrets cannot be used.</exception>
    public static WebApplication Build(WebApplicationBuilder builder, NotifyOptions options)
    {
        ConfigureListener(builder, options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainService.StopTimeout(options));

        builder.Services.AddLogFormat(options.Telemetry.Log);
        builder.Services.AddTroubles();

        // Nothing that is logged here has a scope, and the framework would keep two for every connection.
        builder.Services.Configure<LoggerFilterOptions>(static logging => logging.CaptureScopes = false);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(provider =>
            HistoryStores.Create(
                options.Broker.Channels,
                options.Store with { Metrics = provider.GetRequiredService<BrokerMetrics>().Store },
                provider.GetRequiredService<ILoggerFactory>().CreateLogger("Notify.Storage")));
        builder.Services.AddHostedService<StoreService>();
        var hocon = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "hocon", "akka.hocon"));
        builder.Services.AddBroker(options.Broker, hocon, options.Token.HasKeys);
        builder.Services.AddLimits(options);
        if (options.SocketIo.Recovery != RecoveryMode.Off)
        {
            builder.Services.AddSocketRecovery(options.SocketIo);
        }

        builder.Services.AddAccess(options);
        builder.Services.AddEndpoints(options);
        builder.AddTelemetry(options);
        if (options.Broker.Cluster.IsClustered)
        {
            builder.Services.AddForwarding(options.Engine);
        }

        builder.Services.AddSingleton(provider => CreateEngine(provider, options));
        builder.Services.AddSingleton(options.Sessions);
        builder.Services.AddSingleton(options.Connection);
        builder.Services.AddSingleton<SessionManager>();
        builder.Services.AddSingleton(provider => new JoinLog(
            provider.GetRequiredService<BrokerMetrics>().Joins, provider.GetRequiredService<ILogger<JoinLog>>()));
        builder.Services.AddSingleton(provider => new EndLog(
            provider.GetRequiredService<BrokerMetrics>().Connections,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EndLog>>()));
        builder.Services.AddHostedService<DrainService>();
        builder.Services.AddHostedService<IdleGarbageCollector>();

        var app = builder.Build();
        app.MapEndpoints(options);
        return app;
    }

    private static void ConfigureListener(WebApplicationBuilder builder, NotifyOptions options)
    {
        AddTls(builder.Services, options.Listen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.BeStrict();
            kestrel.Limits.MaxRequestLineSize = MaxRequestLine;
            kestrel.Limits.KeepAliveTimeout = options.Listen.KeepAlive;
            kestrel.Limits.BoundHttp2();

            // Every endpoint bounds its own body. This limit only bounds the bytes that are read and discarded.
            kestrel.Limits.MaxRequestBodySize = 10 << 20;
            if (options.Broker.Cluster.IsClustered)
            {
                kestrel.ListenForNodes(options.Broker.Cluster);
            }

            if (options.Listen.Admin is { } admin)
            {
                AdminListener.Listen(kestrel, admin);
            }

            switch (options.Listen.Host)
            {
                case null:
                    kestrel.ListenAnyIP(options.Listen.Port, ConfigureEndpoint);
                    break;
                case "localhost":
                    kestrel.ListenLocalhost(options.Listen.Port, ConfigureEndpoint);
                    break;
                default:
                    kestrel.Listen(IPAddress.Parse(options.Listen.Host), options.Listen.Port, ConfigureEndpoint);
                    break;
            }
        });
    }

    private static void AddTls(IServiceCollection services, ServerListen listen)
    {
        if (listen is not { CertificatePath: { } certificatePath, KeyPath: { } keyPath })
        {
            return;
        }

        var texts = TlsFiles.Open(certificatePath, keyPath);
        var reading = TlsFiles.Parse(texts);
        var first = reading.Certificate ?? throw new OptionsException(reading.Errors);
        services.AddSingleton(provider =>
            new TlsReloader(texts, first, TimeProvider.System, provider.GetRequiredService<ILogger<TlsReloader>>()));
        services.AddHostedService(provider => provider.GetRequiredService<TlsReloader>());
    }

    private static void ConfigureEndpoint(KestrelListen listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (listen.ApplicationServices.GetService<TlsReloader>() is { } tls)
        {
            listen.UseNoHandshakes();
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(
                    new SslServerAuthenticationOptions { ServerCertificateContext = tls.Current.Context }),
            });
            listen.UseHttp2();
        }

        listen.UseClientConnections();
    }

    private static EngineSessionManager CreateEngine(IServiceProvider provider, NotifyOptions options)
    {
        var node = provider.GetRequiredService<BrokerNode>();
        var joins = new JoinLimits(options.Connection, node);
        var key = new KeyCheck(options.Access.Key);
        var log = provider.GetRequiredService<JoinLog>();
        var recovery = provider.GetService<SocketRecovery>();
        var access = provider.GetRequiredService<AccessControl>();
        return new EngineSessionManager(
            options.Engine,
            options.Connection,
            node.Connections,
            node.SocketIds,
            node.Metrics,
            provider.GetRequiredService<ConnectionLimits>(),
            provider.GetRequiredService<EndLog>(),
            provider.GetRequiredService<TimeProvider>(),
            (session, context) =>
            {
                var keys = context.Request.Query["notificationKey"];
                var application = new BrokerApplication(keys.Count == 1 ? keys[0] : null, key, node.Sockets, joins, log)
                    .With(session, access.Begin(context, "socketio"));
                var isRecoverable = options.SocketIo.Recovery == RecoveryMode.On || context.Request.Query["recovery"] == "1";
                return new SocketIoSession(session, application, node.SocketIds, ConnectTimeout, recovery, isRecoverable);
            },
            provider.GetRequiredService<ILogger<EngineSessionManager>>());
    }
}
