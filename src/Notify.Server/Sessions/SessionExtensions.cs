using Notify.Server.Events;
using Notify.Server.JsonWebSocket;

namespace Notify.Server.Sessions;

/// <summary>Mounts the plain WebSocket and the event stream in a pipeline.</summary>
internal static class SessionExtensions
{
    /// <summary>Answers <c>/ws</c> and <c>/events</c>; all other requests go on. Comes after what captures WebSockets.</summary>
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
