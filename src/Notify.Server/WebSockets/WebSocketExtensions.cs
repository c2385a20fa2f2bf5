using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Notify.Server.Listening;

namespace Notify.Server.WebSockets;

/// <summary>Prepares the pipeline for sockets with writers of their own.</summary>
public static class WebSocketExtensions
{
    private const string WebSocketProtocol = "websocket";
    private const string Version = "13";

    /// <summary>
    /// Accepts WebSockets and captures their connections. Must precede the middleware that accepts them, and needs
    /// <see cref="ConnectionLimitExtensions"/> on the listener.
    /// </summary>
    public static IApplicationBuilder UseCapturedWebSockets(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            {
                Prepare(context, upgrade);
            }

            return next(context);
        });

        // Engine.IO has heartbeats of its own. The framework's pings would add a second clock to each socket.
        return app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
    }

    private static void Prepare(HttpContext context, IHttpUpgradeFeature upgrade)
    {
        var request = context.Request;
        if (HttpProtocol.IsHttp10(request.Protocol))
        {
            // Kestrel would upgrade the request, but RFC 9110 section 7.8 requires to ignore the upgrade.
            context.Features.Set<IHttpUpgradeFeature>(null);
            return;
        }

        context.Features.Set<IHttpUpgradeFeature>(new UpgradeCapture(upgrade, ClientConnection.Of(context)));
        if (request.Headers.Upgrade.ToString().Equals(WebSocketProtocol, StringComparison.OrdinalIgnoreCase)
            && !request.Headers.GetCommaSeparatedValues(HeaderNames.SecWebSocketVersion).Contains(Version, StringComparer.Ordinal))
        {
            // A client with another version receives the supported one (RFC 6455 section 4.4).
            context.Response.Headers.SecWebSocketVersion = Version;
        }
    }
}
