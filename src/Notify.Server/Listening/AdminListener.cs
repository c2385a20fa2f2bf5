using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Notify.Server.Endpoints;

namespace Notify.Server.Listening;

/// <summary>
/// Separates operators from clients when there is a listener for operators: each listener answers 404 for what belongs to the other one.
/// Its single instance marks the connections of operators.
/// </summary>
internal sealed class AdminListener
{
    private static readonly AdminListener Instance = new();
    private static readonly PathString[] Paths = ["/metrics", "/health", "/api", "/openapi", "/docs", "/operate", "/console"];

    private AdminListener()
    {
    }

    /// <summary>Returns whether a request came to the listener for operators.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<AdminListener>() is not null;

    /// <summary>Adds the listener.</summary>
    public static void Listen(KestrelServerOptions kestrel, IPEndPoint endpoint) => kestrel.Listen(endpoint, static listen =>
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.UseClientConnections();
        listen.Use(static next => connection =>
        {
            connection.Features.Set(Instance);
            return next(connection);
        });
    });

    /// <summary>Hides the endpoints for clients from operators. Must come before the endpoints for clients.</summary>
    public static void HideClients(IApplicationBuilder app) => app.Use(static (context, next) =>
        Is(context) && !Array.Exists(Paths, path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal))
            ? NotFound.AnswerAsync(context)
            : next(context));

    /// <summary>Hides the endpoints for operators from clients. Must come right after routing.</summary>
    public static void HideOperators(IApplicationBuilder app) => app.Use(static (context, next) =>
        !Is(context) && context.GetEndpoint()?.Metadata.GetMetadata<OperatorsOnly>() is not null
            ? NotFound.AnswerAsync(context)
            : next(context));
}
