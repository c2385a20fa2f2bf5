using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Notify.Server.Listening;

namespace Notify.Server.WebSockets;

/// <summary>Prepares the pipeline for sockets whose frames are written by their own writers.</summary>
public static class WebSocketExtensions
{
    private const string WebSocketProtocol = "websocket";
    private const string Version = "13";

    /// <summary>
    /// Serves WebSockets, and keeps the connection of each for its own writer. Comes before what accepts them; wants <see cref="ConnectionLimitExtensions"/> on what is
    /// listened to.
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

        // Engine.IO has heartbeats of its own; a WebSocket ping by the framework would only be a second clock for each socket.
        return app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
    }

    private static void Prepare(HttpContext context, IHttpUpgradeFeature upgrade)
    {
        var request = context.Request;
        if (HttpProtocol.IsHttp10(request.Protocol))
        {
            // Kestrel would upgrade it; RFC 9110 section 7.8 wants it served as if it had not asked.
            context.Features.Set<IHttpUpgradeFeature>(null);
            return;
        }

        context.Features.Set<IHttpUpgradeFeature>(new UpgradeCapture(upgrade, ClientConnection.Of(context)));
        if (request.Headers.Upgrade.ToString().Equals(WebSocketProtocol, StringComparison.OrdinalIgnoreCase)
            && !request.Headers.GetCommaSeparatedValues(HeaderNames.SecWebSocketVersion).Contains(Version, StringComparer.Ordinal))
        {
            // Whoever speaks another version is told the one that is spoken here (RFC 6455 section 4.4).
            context.Response.Headers.SecWebSocketVersion = Version;
        }
    }
}
