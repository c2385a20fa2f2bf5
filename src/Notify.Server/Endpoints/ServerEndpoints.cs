using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Notify.Broker;
using Notify.Broker.History;
using Notify.Broker.Revocations;
using Notify.Server.Access;
using Notify.Server.Api;
using Notify.Server.Backends;
using Notify.Server.EngineIo;
using Notify.Server.Events;
using Notify.Server.Forwarding;
using Notify.Server.Framing;
using Notify.Server.Health;
using Notify.Server.Http2;
using Notify.Server.Inboxes;
using Notify.Server.JsonWebSocket;
using Notify.Server.Limits;
using Notify.Server.Listening;
using Notify.Server.OpenApi;
using Notify.Server.Operators;
using Notify.Server.Options;
using Notify.Server.Send;
using Notify.Server.Sessions;
using Notify.Server.Telemetry;
using Notify.Server.WebSockets;

namespace Notify.Server.Endpoints;

/// <summary>Lists the endpoints of the server, and the middleware in front of them.</summary>
internal static class ServerEndpoints
{
    /// <summary>Registers the services that only the endpoints need.</summary>
    public static void AddEndpoints(this IServiceCollection services, NotifyOptions options)
    {
        services.AddSingleton(new KeyCheck(options.Access.Key));
        services.AddBackends(options);
        services.AddSingleton<ApiLog>();
        services.AddSingleton(provider =>
            new EngineEndpoint(provider.GetRequiredService<EngineSessionManager>(), provider.GetService<EngineForwarder>()));
        services.AddSingleton<MatcherPolicy, CaseSensitivePath>();
        services.AddApiProblems();
        services.AddSingleton(provider => new InboxAnswers(provider.GetRequiredService<BrokerNode>(), options.Broker));
        services.AddSingleton(provider => new InboxCallers(
            provider.GetRequiredService<BrokerNode>(),
            provider.GetRequiredService<AccessControl>(),
            provider.GetRequiredService<KeyCheck>(),
            options.Connection.MarkRate));
        services.AddSingleton(provider => new ItemLinks(
            provider.GetRequiredService<IHistoryStore>().ReadLinkKeyAsync, provider.GetRequiredService<TimeProvider>()));
        services.AddHealth();
        services.AddOperators();
        services.AddStaticContent();
    }

    /// <summary>Composes the pipeline.</summary>
    public static void MapEndpoints(this WebApplication app, NotifyOptions options)
    {
        var services = app.Services;
        var node = services.GetRequiredService<BrokerNode>();
        var received = services.GetRequiredService<ReceiveAccount>();
        var access = services.GetRequiredService<BackendAccess>();
        var sessions = services.GetRequiredService<SessionManager>();
        var key = services.GetRequiredService<KeyCheck>();
        var rights = services.GetRequiredService<AccessControl>();

        // Created when the node runs, because the sessions need it.
        var engine = new Lazy<EngineEndpoint>(services.GetRequiredService<EngineEndpoint>);

        RejectedRequests.Follow(app, node.Metrics);
        app.UseStrictFraming();
        app.UseCutRequests();
        app.UseNoExtendedConnect();
        app.UseForwardedOrigin(options.Address.Proxies);
        if (options.Listen.Admin is not null)
        {
            AdminListener.HideClients(app);
        }

        app.UseCapturedWebSockets();
        if (options.Broker.Cluster.IsClustered)
        {
            app.UseNodeRequests(engine);
        }

        // Not an endpoint: the path is a case-sensitive prefix, which routes cannot express, and these requests are the most frequent.
        app.Use((context, next) =>
        {
            if (!engine.Value.Matches(context) || ClientBundle.Matches(context))
            {
                return next(context);
            }

            // A poll waits for messages, so its duration says nothing about the server.
            if (context.Features.Get<IHttpMetricsTagsFeature>() is { } httpMetrics)
            {
                httpMetrics.MetricsDisabled = true;
            }

            return engine.Value.HandleAsync(context);
        });
        app.UseRouting();
        if (options.Listen.Admin is not null)
        {
            AdminListener.HideOperators(app);
        }

        app.UseBackends();
        app.UseStaticContent();

        var send = new SendEndpoint(
            () => node.Publisher,
            access,
            options.Broker.MaxBody,
            received,
            services.GetRequiredService<RefusalLog>(),
            node.Metrics.Publishes,
            node.Trail,
            services.GetRequiredService<ILogger<SendEndpoint>>(),
            services.GetService<RequestTraces>());

        // Publishes have metrics of their own, and are the only frequent requests.
        app.Map("/send", send.HandleAsync).DisableHttpMetrics();
        CaseSensitivePath.Require(app.Map("/ws", new JsonWebSocketEndpoint(sessions, key, rights).HandleAsync).DisableHttpMetrics());
        CaseSensitivePath.Require(app.Map("/events", new EventsEndpoint(sessions, key, rights).HandleAsync).DisableHttpMetrics());
        new ApiEndpoints(
            node,
            options.Broker.MaxBody,
            received,
            access,
            new ApiTokens(
                new TokenIssuer(options.Token), options.Broker.MaxBody, received, services.GetRequiredService<TimeProvider>()),
            options.Broker.Channels,
            services.GetRequiredService<TimeProvider>(),
            [
                new ApiRevocations(
                    services.GetRequiredService<RevocationCommands>(),
                    services.GetRequiredService<RevokedTokens>(),
                    options.Token,
                    options.Broker.MaxBody,
                    received,
                    services.GetRequiredService<TimeProvider>()),
                new ApiAccess(options.Access.Rules, rights, options.Broker.MaxBody, received),
                new ApiNodes(node, services.GetService<OptionsReading>()),
                new ApiConnections(node, access),
                new ApiTrails(node, access),
                new ApiInboxes(
                    node,
                    services.GetRequiredService<InboxAnswers>(),
                    services.GetRequiredService<ItemLinks>(),
                    access,
                    options.Broker.MaxBody,
                    received),
                new ApiTail(
                    node,
                    access,
                    services.GetRequiredService<IHostApplicationLifetime>(),
                    services.GetRequiredService<TimeProvider>()),
            ]).Map(app);
        new InboxEndpoints(
            services.GetRequiredService<InboxAnswers>(),
            services.GetRequiredService<InboxCallers>(),
            services.GetRequiredService<ItemLinks>(),
            options.Connection.Origins,
            options.Broker.MaxBody,
            received).Map(app);
        app.MapHealth();
        app.MapMetrics(options.Telemetry);
        app.MapOpenApi();
        app.MapClientBundle(ClientBundle.Folder);
        app.MapInboxScripts(InboxScripts.Folder);
        app.MapConsole(options.Access, options.Console.IsOn, options.Listen.IsTls);

        // Not a catch-all route, which would be another candidate for each request, and would hide the 405 of all other routes.
        app.UseEndpoints(static _ => { });
        app.Run(NotFound.AnswerAsync);
    }

    // Sets the scheme and the host of the page. The client's address is read where it is used.
    private static void UseForwardedOrigin(this WebApplication app, TrustedProxies proxies)
    {
        if (proxies.Networks.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions();
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in proxies.Networks)
        {
            forwarded.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(forwarded);
    }
}
