using Notify.Protocol;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.Tokens;
using Notify.Protocol.WebSockets;
using Notify.Server.Access;
using Notify.Server.Limits;
using Notify.Server.Sessions;
using Notify.Server.WebSockets;

namespace Notify.Server.JsonWebSocket;

/// <summary>
/// Serves <c>GET /ws?key=…</c>: the JSON WebSocket. A browser cannot see why a handshake failed, so errors that a client must know are
/// reported in a close frame.
/// </summary>
/// <param name="server">The sessions.</param>
/// <param name="key">Checks the client's key.</param>
/// <param name="access">Decides about tokens and channels.</param>
internal sealed class JsonWebSocketEndpoint(SessionManager server, KeyCheck key, AccessControl access)
{
    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET";
            return HttpResponseExtensions.SentenceAsync(
                context,
                StatusCodes.Status405MethodNotAllowed,
                "expected the GET of a WebSocket handshake");
        }

        if (!server.Connection.Origins.Allows(context.Request))
        {
            server.Refused("WebSocket", "its origin is not allowed");
            return HttpResponseExtensions.SentenceAsync(
                context, StatusCodes.Status403Forbidden, "pages of this origin may not connect; see NOTIFY_ALLOWED_ORIGINS");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.Headers.Upgrade = "websocket";
            return HttpResponseExtensions.SentenceAsync(context, StatusCodes.Status426UpgradeRequired, "expected a WebSocket handshake");
        }

        if (!key.Allows(context.Request.QueryString))
        {
            server.Refused("WebSocket", "the key is missing or wrong");
            return TurnAwayAsync(context, JsonWebSocketCloses.BadKey);
        }

        if (!server.CanServe)
        {
            return TurnAwayAsync(context, JsonWebSocketCloses.Draining, JsonWebSocketMessages.Closing("draining", server.ReconnectAfter()));
        }

        return server.TryBegin(context) is { } handshake
            ? AcceptAsync(context, handshake)
            : TurnAwayAsync(context, JsonWebSocketCloses.Limit, JsonWebSocketMessages.Closing("limit", SessionManager.RetryAfter()));
    }

    private async Task AcceptAsync(HttpContext context, ConnectionHandshake handshake)
    {
        using var place = handshake;
        if (access.Begin(context, "websocket") is not { } rights)
        {
            await JsonWebSocketSession.AcceptAsync(server, context, handshake, access: null, identity: null);
            return;
        }

        var identification = await rights.IdentifyAsync(token: null, connectionId: null);
        switch (identification.Error)
        {
            case null:
                await JsonWebSocketSession.AcceptAsync(server, context, handshake, rights, identification.Identity);
                break;
            case TokenCodes.Unavailable:
                await TurnAwayAsync(
                    context,
                    JsonWebSocketCloses.Unavailable,
                    JsonWebSocketMessages.Closing(TokenCodes.Unavailable, SessionManager.RetryAfter()));
                break;
            case { } code:
                server.Refused("WebSocket", code);
                await TurnAwayAsync(
                    context, JsonWebSocketCloses.BadToken, JsonWebSocketMessages.Closing(code, TokenCodes.Sentence(code)));
                break;
        }
    }

    private static async Task TurnAwayAsync(HttpContext context, WebSocketClose close, WireMessage? last = null)
    {
        var socket = await SocketTransport.AcceptAsync(context);
        if (last is not null)
        {
            await socket.WriteDirectAsync(last);
        }

        socket.CloseWith(close);
        socket.RunAfterUpgrade(socket.CloseAsync);
    }
}
