using Notify.Server.Events;
using Notify.Server.JsonWebSocket;

namespace Notify.Server.Sessions;

/// <summary>Adds the JSON WebSocket and the event stream to a pipeline.</summary>
internal static class SessionExtensions
{
    /// <summary>
    /// Handles <c>/ws</c> and <c>/events</c> and passes on all other requests. Must follow the middleware that captures WebSockets.
    /// </summary>
    public static IApplicationBuilder UseClientSessions(this IApplicationBuilder app, SessionManager server, KeyCheck key)
    {
        var plain = new JsonWebSocketEndpoint(server, key);
        var events = new EventsEndpoint(server, key);
        return app.Use((context, next) =>
            JsonWebSocketEndpoint.Matches(context) ? plain.HandleAsync(context)
            : EventsEndpoint.Matches(context) ? events.HandleAsync(context)
            : next(context));
    }
}
