using Microsoft.AspNetCore.Http.Features;
using Notify.Server.Listening;

namespace Notify.Server.WebSockets;

/// <summary>Prepares the pipeline for sockets whose frames are written by their own writers.</summary>
public static class WebSocketHosting
{
    /// <summary>
    /// Serves WebSockets, and keeps the connection of each for its own writer. Comes before what accepts them; wants <see cref="ConnectionHosting"/> on what is
    /// listened to.
    /// </summary>
    public static IApplicationBuilder UseCapturedWebSockets(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            {
                context.Features.Set<IHttpUpgradeFeature>(new UpgradeCapture(upgrade, ClientConnection.Of(context)));
            }

            return next(context);
        });

        // Engine.IO has heartbeats of its own; a WebSocket ping by the framework would only be a second clock for each socket.
        return app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
    }
}
