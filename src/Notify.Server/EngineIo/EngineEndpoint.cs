using System.Buffers;
using System.Text;
using Notify.Broker.Clustering;
using Notify.Protocol.EngineIo;
using Notify.Server.Forwarding;
using Notify.Server.Limits;
using Notify.Server.Listening;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>
/// Handles the HTTP requests of one mounted Engine.IO server, with the checks of the reference implementation in the same order.
/// </summary>
public sealed class EngineEndpoint
{
    private const string TextType = "text/plain; charset=UTF-8";
    private const string RetryAfter = "10";
    private const string PreflightMethods = "GET,HEAD,PUT,PATCH,POST,DELETE";
    private const string BinaryType = "application/octet-stream";

    private readonly EngineSessionManager _server;
    private readonly EngineForwarder? _forwarder;

    /// <summary>Creates the endpoint of a single server.</summary>
    public EngineEndpoint(EngineSessionManager server)
        : this(server, forwarder: null)
    {
    }

    /// <summary>Creates the endpoint of a cluster node.</summary>
    /// <param name="server">The sessions of this node.</param>
    /// <param name="forwarder">Forwards the requests for sessions of other nodes; null without a cluster.</param>
    internal EngineEndpoint(EngineSessionManager server, EngineForwarder? forwarder)
    {
        _server = server;
        _forwarder = forwarder;
    }

    /// <summary>Returns whether a request is for this server. The prefix includes the slash and is case-sensitive.</summary>
    public bool Matches(HttpContext context) => context.Request.Path.Value!.StartsWith(_server.Options.Path, StringComparison.Ordinal);

    /// <summary>Handles a request, or forwards it to the node that has its session.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var request = new EngineRequest(context);
        var session = request.SessionId.Length > 0 ? _server.Find(request.SessionId) : null;
        return session is null && _forwarder?.Find(context, request.SessionId) is { Count: > 0 } nodes
            ? ForwardAsync(context, request, nodes)
            : AnswerAsync(context, request, session);
    }

    /// <summary>Returns whether this node has a session.</summary>
    internal bool Has(string sessionId) => _server.Find(sessionId) is not null;

    private async Task ForwardAsync(HttpContext context, EngineRequest request, IReadOnlyList<RemoteNode> nodes)
    {
        if (!await _forwarder!.TryForwardAsync(context, request.SessionId, nodes))
        {
            await AnswerAsync(context, request, session: null);
        }
    }

    private Task AnswerAsync(HttpContext context, EngineRequest request, EngineSession? session)
    {
        var origin = context.Request.Headers.Origin.ToString();
        var wellFormed = OriginPolicy.IsWellFormed(origin);
        var isAllowed = wellFormed && _server.Connection.Origins.Allows(context.Request);
        if (isAllowed)
        {
            Cors.Allow(context, origin);
        }

        if (HttpMethods.IsOptions(context.Request.Method))
        {
            Cors.AnswerPreflight(context, PreflightMethods);
            return Task.CompletedTask;
        }

        var isUpgrade = context.WebSockets.IsWebSocketRequest;
        if (Check(context, request, session, isUpgrade, isAllowed) is { } error)
        {
            _server.Refused(error);
            return RefuseAsync(context, error);
        }

        if (_server.IsDraining && session is null)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return Task.CompletedTask;
        }

        if (isUpgrade)
        {
            return RunSocketAsync(context, request, session);
        }

        if (session is null)
        {
            return OpenPollingAsync(context, request);
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            return PollAsync(context, request, session);
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            return PostAsync(context, request, session);
        }

        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }

    private static EngineErrorCode? Check(
        HttpContext context, EngineRequest request, EngineSession? session, bool isUpgrade, bool originAllowed)
    {
        if (request.Transport is not ("polling" or "websocket"))
        {
            return EngineErrorCode.TransportUnknown;
        }

        if (!OriginPolicy.IsWellFormed(context.Request.Headers.Origin.ToString()))
        {
            return EngineErrorCode.BadRequest;
        }

        if (request.SessionId.Length > 0)
        {
            if (session is null)
            {
                return EngineErrorCode.SessionUnknown;
            }

            var onSocket = request.Transport == "websocket";
            var isMismatch = isUpgrade ? !onSocket : onSocket || session.IsWebSocket;
            if (isUpgrade && !originAllowed)
            {
                // A browser lets any page open a WebSocket and read its messages, without CORS.
                return EngineErrorCode.Forbidden;
            }

            return isMismatch || (request.Revision is { } revision && revision != session.Revision) ? EngineErrorCode.BadRequest : null;
        }

        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return EngineErrorCode.BadHandshakeMethod;
        }

        if (request.Transport == "websocket" && !isUpgrade)
        {
            return EngineErrorCode.BadRequest;
        }

        if (!originAllowed)
        {
            return EngineErrorCode.Forbidden;
        }

        return request.Revision is null ? EngineErrorCode.UnsupportedProtocolVersion : null;
    }

    private static Task RefuseAsync(HttpContext context, EngineErrorCode error) =>
        RefuseAsync(context, EngineErrors.Status(error), EngineErrors.Message(error), EngineErrors.Json(error));

    private static Task RefuseAsync(HttpContext context, HandshakeRefusal refusal)
    {
        context.Response.Headers.RetryAfter = RetryAfter;
        return refusal == HandshakeRefusal.Rate
            ? RefuseAsync(context, StatusCodes.Status429TooManyRequests, EngineErrors.TooManyRequests, EngineErrors.TooManyRequestsJson)
            : RefuseAsync(context, EngineErrorCode.TooManyConnections);
    }

    private static Task RefuseAsync(HttpContext context, int status, string message, ReadOnlyMemory<byte> json)
    {
        var response = context.Response;
        response.StatusCode = status;
        if (context.WebSockets.IsWebSocketRequest)
        {
            // The reference implementation writes this response to the upgrade's socket.
            response.EndConnection();
            response.ContentType = "text/html";
            return WriteAsync(response, Encoding.ASCII.GetBytes(message));
        }

        response.ContentType = "application/json";
        return WriteAsync(response, json);
    }

    // The connection ends, because the rest of its data cannot be parsed.
    private static Task RefuseBodyAsync(HttpContext context, int status)
    {
        context.Response.EndConnection();
        if (status == StatusCodes.Status400BadRequest)
        {
            return RefuseAsync(context, EngineErrorCode.BadRequest);
        }

        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> body)
    {
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body);
    }

    private async Task OpenPollingAsync(HttpContext context, EngineRequest request)
    {
        using var handshake = _server.TryBegin(context, out var refusal);
        if (handshake is null)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        var session = await _server.OpenAsync(context, request, request.Revision!.Value, socket: null, handshake);
        if (session.BeginPoll(out _) is not { } poll || await poll.Completion is not { } body)
        {
            await RefuseAsync(context, EngineErrorCode.SessionUnknown);
            return;
        }

        session.Start();
        await AnswerPollAsync(context, request, body);
    }

    private static async Task PollAsync(HttpContext context, EngineRequest request, EngineSession session)
    {
        var poll = session.BeginPoll(out var overlaps);
        if (poll is null)
        {
            if (overlaps)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
            }
            else
            {
                await RefuseAsync(context, EngineErrorCode.SessionUnknown);
            }

            return;
        }

        await using (context.RequestAborted.UnsafeRegister(static state =>
        {
            var (session, poll) = ((EngineSession, PollTransport))state!;
            session.PollAborted(poll);
        }, (session, poll)))
        {
            await (await poll.Completion is { } body ? AnswerPollAsync(context, request, body)
                : RefuseAsync(context, session.IsGone ? EngineErrorCode.SessionUnknown : EngineErrorCode.BadRequest));
        }
    }

    private static async Task AnswerPollAsync(HttpContext context, EngineRequest request, PollTransport.PollBody body)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (request.Jsonp is { } index)
        {
            response.ContentType = TextType;
            var script = new ArrayBufferWriter<byte>(body.Payload.Length + 32);
            PayloadEncoder.WrapJsonp(script, body.Payload.Span, index);
            await WriteAsync(response, script.WrittenMemory);
            return;
        }

        response.ContentType = body.Framing == PayloadFraming.Binary ? BinaryType : TextType;
        await WriteAsync(response, body.Payload);
    }

    private async Task PostAsync(HttpContext context, EngineRequest request, EngineSession session)
    {
        if (!session.BeginPost(context))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        try
        {
            var isBinary = context.Request.ContentType is { } type && type.StartsWith(BinaryType, StringComparison.OrdinalIgnoreCase);
            if (isBinary && session.Revision == EngineRevision.V4)
            {
                session.Close(EngineCloseReason.ParseError);
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            int status;
            ReceivedBuffer? read;
            try
            {
                var account = ClientConnection.Of(context).Received;
                (status, read) = await BoundedBody.ReadAsync(context.Request, _server.Options.MaxPayload, account);
            }
            catch (IOException exception) when (BodyFault.StatusOf(context, exception) is { } fault)
            {
                await RefuseBodyAsync(context, fault);
                return;
            }

            using var body = read;
            if (body is null)
            {
                context.Response.StatusCode = status;
                return;
            }

            var packets = new List<EnginePacket>();
            session.Receive(packets, Decode(body.Written, request, session.Revision, isBinary, packets));
            await session.ReadyAsync(context, static context => context.RequestAborted);

            // Before the response, because the client may post again as soon as it has read it.
            session.EndPost(context);
            await AnswerPostAsync(context);
        }
        finally
        {
            session.EndPost(context);
        }
    }

    private static EngineDecodeError Decode(
        ReadOnlyMemory<byte> body, EngineRequest request, EngineRevision revision, bool isBinary, List<EnginePacket> packets)
    {
        if (request.Jsonp is not null)
        {
            var error = PayloadDecoder.UnwrapJsonp(body, out body);
            if (error != EngineDecodeError.None)
            {
                return error;
            }
        }

        return PayloadDecoder.Decode(body, revision, isBinary ? PayloadFraming.Binary : PayloadFraming.Text, packets);
    }

    private static Task AnswerPostAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "text/html";
        response.Headers.CacheControl = "no-store";
        var agent = context.Request.Headers.UserAgent.ToString();
        if (agent.Contains(";MSIE", StringComparison.Ordinal) || agent.Contains("Trident/", StringComparison.Ordinal))
        {
            response.Headers.XXSSProtection = "0";
        }

        return WriteAsync(response, "ok"u8.ToArray());
    }

    private Task RunSocketAsync(HttpContext context, EngineRequest request, EngineSession? session)
    {
        if (session?.BeginUpgrade() is { } upgrade)
        {
            return upgrade.AcceptAsync(context);
        }

        return session is not null || request.Transport != "websocket" ? TurnAwayAsync(context) : OpenSocketAsync(context, request);
    }

    private static async Task TurnAwayAsync(HttpContext context)
    {
        var socket = await SocketTransport.AcceptAsync(context);
        socket.RunAfterUpgrade(socket.CloseAsync);
    }

    private async Task OpenSocketAsync(HttpContext context, EngineRequest request)
    {
        using var handshake = _server.TryBegin(context, out var refusal);
        if (handshake is null)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        var socket = await SocketTransport.AcceptAsync(context);
        var session = await _server.OpenAsync(context, request, request.Revision!.Value, socket, handshake);
        socket.RunAfterUpgrade(() =>
        {
            session.Start();
            return EngineSocket.RunAsync(session, socket);
        });
    }
}
