using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Notify.Broker;
using Notify.Broker.Clustering;
using Notify.Server.EngineIo;
using Notify.Server.Listening;
using Yarp.ReverseProxy.Forwarder;

namespace Notify.Server.Forwarding;

/// <summary>Adds the forwarding of client requests between nodes. Without a cluster it does nothing.</summary>
internal static class ForwardingExtensions
{
    /// <summary>Adds <see cref="EngineForwarder"/>.</summary>
    public static void AddForwarding(this IServiceCollection services, EngineIoOptions engine)
    {
        services.AddHttpForwarder();

        // YARP would log a line for each request.
        services.AddLogging(logging => logging.AddFilter("Yarp", LogLevel.None));
        services.AddSingleton(provider => new EngineForwarder(
            provider.GetRequiredService<IHttpForwarder>(),
            provider.GetRequiredService<BrokerNode>().Membership,
            provider.GetRequiredService<NodeIdentity>(),
            engine.PingInterval + engine.PingTimeout,
            provider.GetRequiredService<BrokerNode>().Metrics.Cluster,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EngineForwarder>>()));
    }

    /// <summary>Adds the listener for requests of other nodes, at the address where the actor system listens.</summary>
    public static void ListenForNodes(this KestrelServerOptions kestrel, ClusterSettings cluster)
    {
        switch (cluster.Self.Host)
        {
            case "localhost":
                kestrel.ListenLocalhost(cluster.HttpPort, Configure);
                break;
            case var host when IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address):
                kestrel.Listen(address, cluster.HttpPort, Configure);
                break;
            default:
                kestrel.ListenAnyIP(cluster.HttpPort, Configure);
                break;
        }
    }

    /// <summary>
    /// Handles the requests of other nodes and passes on all others. It must follow the middleware that captures WebSockets.
    /// </summary>
    public static IApplicationBuilder UseNodeRequests(this IApplicationBuilder app, Lazy<EngineEndpoint> engine)
    {
        var endpoint = new NodeEndpoint(engine);
        return app.Use((context, next) => NodeRequest.Is(context) ? endpoint.HandleAsync(context) : next(context));
    }

    private static void Configure(ListenOptions listen)
    {
        var identity = listen.ApplicationServices.GetRequiredService<NodeIdentity>();
        listen.Protocols = HttpProtocols.Http1;
        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = identity.Certificate,
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (certificate, _, _) => identity.Accepts(certificate),
        });
        listen.UseClientConnections();
        listen.Use(next => connection =>
        {
            connection.Features.Set(NodeRequest.Instance);
            return next(connection);
        });
    }
}
