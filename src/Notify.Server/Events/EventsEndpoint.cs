using Microsoft.AspNetCore.Http.Features;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol.Events;
using Notify.Server.Access;
using Notify.Server.Sessions;

namespace Notify.Server.Events;

/// <summary>
/// Serves <c>GET /events?channel=…&amp;key=…</c>: server-sent events. <c>EventSource</c> stops reconnecting after any status other than
/// 200, so other statuses are only used for permanent errors. A node that temporarily cannot serve a client sends a <c>retry</c> delay and
/// ends the stream.
/// </summary>
/// <param name="server">The sessions.</param>
/// <param name="key">Checks the client's key.</param>
/// <param name="access">Decides about tokens and channels.</param>
internal sealed class EventsEndpoint(SessionManager server, KeyCheck key, AccessControl access)
{
    private const string Methods = "GET,HEAD";
    private const int MaxChannels = 32;

    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        var isAllowed = OriginPolicy.IsWellFormed(origin) && server.Connection.Origins.Allows(context.Request);
        if (isAllowed)
        {
            Cors.Allow(context, origin);
        }

        var method = context.Request.Method;
        if (HttpMethods.IsOptions(method))
        {
            Cors.AnswerPreflight(context, Methods);
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            context.Response.Headers.Allow = Methods + ",OPTIONS";
            return HttpResponseExtensions.SentenceAsync(context, StatusCodes.Status405MethodNotAllowed, "expected GET");
        }

        if (!isAllowed)
        {
            server.Refused("event stream", "its origin is not allowed");
            return HttpResponseExtensions.SentenceAsync(
                context, StatusCodes.Status403Forbidden, "pages of this origin may not connect; see NOTIFY_ALLOWED_ORIGINS");
        }

        if (!key.Allows(context.Request.QueryString))
        {
            server.Refused("event stream", "the key is missing or wrong");
            return HttpResponseExtensions.SentenceAsync(
                context,
                StatusCodes.Status401Unauthorized,
                "the key is missing or wrong: expected ?key=… once, with the NOTIFICATION_KEY of the server");
        }

        if (!TryReadChannels(context, out var channels, out var status, out var problem))
        {
            return HttpResponseExtensions.SentenceAsync(context, status, problem);
        }

        if (access.Begin(context, "events") is { } rights)
        {
            return AdmitAsync(context, channels, rights);
        }

        Begin(context);
        if (HttpMethods.IsHead(method))
        {
            return Task.CompletedTask;
        }

        return server.CanServe ? RunAsync(context, channels) : TurnAwayAsync(context, server.ReconnectAfter());
    }

    private async Task AdmitAsync(HttpContext context, List<string> channels, ConnectionAccess rights)
    {
        if (!server.CanServe)
        {
            await TurnAwayAsync(context, server.ReconnectAfter());
            return;
        }

        using var handshake = server.TryBegin(context);
        if (handshake is null)
        {
            await TurnAwayAsync(context, SessionManager.RetryAfter());
            return;
        }

        var admission = await EventAdmission.DecideAsync(rights, channels, access.IsTokenRequired);
        if (admission.Error is { } error)
        {
            await RefuseAsync(context, admission.Status, error);
            return;
        }

        Begin(context);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        if (admission.IsUnavailable)
        {
            await TurnAwayAsync(context, SessionManager.RetryAfter());
            return;
        }

        var positions = new PositionVector(admission.Granted);
        positions.Read(LastEventId(context.Request));
        var session = new EventSession(server, new EventTransport(context, positions), handshake.Address, admission)
        {
            WantsInbox = WantsInbox(context),
            Follow = Follow(context),
        };
        await session.RunAsync(admission.Granted, positions, handshake, context.RequestAborted);
    }

    private Task RefuseAsync(HttpContext context, int status, string code)
    {
        server.Refused("event stream", code);
        if (status == StatusCodes.Status401Unauthorized)
        {
            // RFC 6750, section 3.1: the error is named only when the request carried a token.
            context.Response.Headers.WWWAuthenticate =
                code == JoinErrors.Unauthorized ? "Bearer" : "Bearer error=\"invalid_token\"";
        }

        return HttpResponseExtensions.CodeAsync(context, status, code, EventAdmission.SentenceOf(code));
    }

    private bool TryReadChannels(HttpContext context, out List<string> channels, out int status, out string problem)
    {
        (channels, status, problem) = ([], StatusCodes.Status400BadRequest, "");
        foreach (var text in context.Request.Query["channel"].Concat(Follow(context)))
        {
            if (!ChannelName.TryCreate(text ?? "", out var name))
            {
                problem = $"a channel's name is at most {ChannelName.MaxBytes} bytes of UTF-8";
                return false;
            }

            if (SocketIds.IsSocketId(name))
            {
                (status, problem) = (StatusCodes.Status403Forbidden, $"channel \"{name}\" belongs to a connection");
                return false;
            }

            if (!channels.Contains(name))
            {
                channels.Add(name);
            }
        }

        // Also a permanent error when the node's own limit is lower.
        var most = Math.Min(MaxChannels, server.MaxJoins);
        if (channels.Count > 0 && channels.Count <= most)
        {
            return true;
        }

        if (channels.Count > server.MaxJoins)
        {
            server.RefusedJoins();
        }

        problem = channels.Count == 0
            ? "no channel is named: expected ?channel=… once for each channel"
            : $"{channels.Count} channels are named; one stream has at most {most}";
        return false;
    }

    private static void Begin(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentType = "text/event-stream; charset=utf-8";
        headers.CacheControl = "no-cache, no-transform";

        // nginx would otherwise delay events until its buffer is full.
        headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
    }

    private Task RunAsync(HttpContext context, List<string> channels)
    {
        var positions = new PositionVector(channels);
        positions.Read(LastEventId(context.Request));
        return server.TryBegin(context) is { } handshake
            ? new EventSession(server, new EventTransport(context, positions), handshake.Address)
            {
                WantsInbox = WantsInbox(context),
                Follow = Follow(context),
            }.RunAsync(channels, positions, handshake, context.RequestAborted)
            : TurnAwayAsync(context, SessionManager.RetryAfter());
    }

    private static Task TurnAwayAsync(HttpContext context, TimeSpan retry)
    {
        if (!context.Response.HasStarted)
        {
            Begin(context);
        }

        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(EventMessages.Retry(retry).Payload).AsTask();
    }

    private static bool WantsInbox(HttpContext context) => context.Request.Query["inbox"] == "1";

    // The stream cannot join them later.
    private static string[] Follow(HttpContext context) =>
        WantsInbox(context) ? [.. context.Request.Query["follow"].OfType<string>()] : [];

    // The browser sets the header to the last event that it has read. The query parameter is the page's starting position.
    private static string LastEventId(HttpRequest request) =>
        !request.Headers.TryGetValue("Last-Event-ID", out var header) ? request.Query["lastEventId"].ToString()
        : HeaderText.TryReadUtf8(header.ToString(), out var id) ? id
        : "";
}
