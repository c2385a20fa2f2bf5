using Notify.Server.Events;
using Notify.Server.Plain;

namespace Notify.Server.Sessions;

/// <summary>Mounts the plain WebSocket and the event stream in a pipeline.</summary>
internal static class SessionHosting
{
    /// <summary>Answers <c>/ws</c> and <c>/events</c>; all other requests go on. Comes after what captures WebSockets.</summary>
    public static IApplicationBuilder UseClientSessions(this IApplicationBuilder app, SessionServer server, KeyCheck key)
    {
        var plain = new PlainEndpoint(server, key);
        var events = new EventsEndpoint(server, key);
        return app.Use((context, next) =>
            PlainEndpoint.Matches(context) ? plain.HandleAsync(context)
            : EventsEndpoint.Matches(context) ? events.HandleAsync(context)
            : next(context));
    }
}
