using Akka.Actor;
using Microsoft.AspNetCore.Http.HttpResults;
using Notify.Broker;
using Notify.Broker.History;
using Notify.Broker.Sending;
using Notify.Server.Limits;
using Notify.Server.Options;
using Notify.Server.Send;

namespace Notify.Server.Api;

/// <summary>
/// Serves <c>/api</c> for backends: publishing, channels and history. Requests need the secret, in the same headers as for <c>/send</c>.
/// Errors are problem details (RFC 9457).
/// </summary>
/// <param name="node">The node, which starts after the endpoint is created.</param>
/// <param name="access">Checks the secret.</param>
/// <param name="options">The limits.</param>
/// <param name="received">The memory account of bodies that are being read.</param>
internal sealed class ApiEndpoint(BrokerNode node, SenderAccess access, SendOptions options, ReceiveAccount received)
{
    private const string Notifications = "/api/notifications";
    private const string Channels = "/api/channels";
    private const string Channel = "/api/channel";
    private const string History = "/api/history";

    /// <summary>Returns whether a request is for this endpoint.</summary>
    public static bool Matches(HttpContext context) => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal);

    /// <summary>Handles a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        IResult result;
        try
        {
            result = await AnswerAsync(context);
        }
        catch (Exception exception) when (exception is SendFailedException or HistoryStoreException or AskTimeoutException)
        {
            result = Unavailable(context, exception is SendFailedException
                ? "Not known to be stored: send again in a moment; without an idempotency key it may arrive twice."
                : "The store does not answer now; ask again in a moment.");
        }

        await result.ExecuteAsync(context);
    }

    private async Task<IResult> AnswerAsync(HttpContext context)
    {
        switch (access.Check(context))
        {
            case StatusCodes.Status403Forbidden:
                return Problem(StatusCodes.Status403Forbidden, SenderAccess.ProtectedSentence + ".");
            case StatusCodes.Status401Unauthorized:
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return Problem(
                    StatusCodes.Status401Unauthorized,
                    "The request does not carry the secret: Authorization: Bearer, followed by NOTIFICATION_SECRET.");
            case StatusCodes.Status429TooManyRequests:
                context.Response.Headers.RetryAfter = SenderAccess.RetryAfter;
                return Problem(
                    StatusCodes.Status429TooManyRequests,
                    "This address has shown too many wrong secrets; try again in a minute.");
        }

        var path = context.Request.Path.Value;
        var method = path switch
        {
            Notifications => HttpMethods.Post,
            Channels or Channel or History => HttpMethods.Get,
            _ => null,
        };
        if (method is null)
        {
            return Problem(StatusCodes.Status404NotFound, $"There is {Notifications}, {Channels}, {Channel} and {History}.");
        }

        var isGet = HttpMethods.IsGet(method);
        if (!HttpMethods.Equals(method, context.Request.Method) && !(isGet && HttpMethods.IsHead(context.Request.Method)))
        {
            context.Response.Headers.Allow = isGet ? "GET, HEAD" : method;
            return Problem(StatusCodes.Status405MethodNotAllowed, $"{path} is for {method}.");
        }

        return path switch
        {
            Notifications => await SendAsync(context),
            Channels => await ListAsync(context),
            Channel => await FindAsync(context),
            _ => await HistoryAsync(context),
        };
    }

    private async Task<IResult> SendAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            return Problem(StatusCodes.Status415UnsupportedMediaType, "The body is JSON, and says so: Content-Type: application/json.");
        }

        var read = await RequestBody.ReadAsync(context.Request, options.MaxBody, received);
        using var body = read.Body;
        if (read.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return Unavailable(context, "The server is receiving too much at once; send again in a moment.");
        }

        if (body is null)
        {
            return Problem(read.Status, read.Status switch
            {
                StatusCodes.Status413PayloadTooLarge => $"The body is longer than {options.MaxBody} bytes (NOTIFY_MAX_BODY).",
                StatusCodes.Status415UnsupportedMediaType => "Content-Encoding is not one of gzip, deflate and identity.",
                StatusCodes.Status408RequestTimeout => "The body did not come in time.",
                _ => "The body cannot be read, or cannot be inflated.",
            });
        }

        if (!ApiSend.TryParse(body.Written, out var send, out var problem))
        {
            return Problem(StatusCodes.Status400BadRequest, problem);
        }

        if (!SendKey.TryRead(context.Request.Headers, out var key))
        {
            return Problem(StatusCodes.Status400BadRequest, SendKey.Rule + ".");
        }

        if (key is not null && send.Key is not null && key != send.Key)
        {
            return Problem(StatusCodes.Status400BadRequest, "The header Idempotency-Key and the field idempotencyKey differ.");
        }

        return Json(ApiJson.Results(await node.Publisher.SendAsync(send.Channels, send.Notification, key ?? send.Key)));
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        var query = new ApiQuery(context.Request.Query, "prefix", "after", "limit");
        var prefix = query.Name("prefix") ?? "";
        var after = query.Name("after");
        var limit = query.Limit();
        if (query.Problem is { } problem)
        {
            return Problem(StatusCodes.Status400BadRequest, problem);
        }

        var channels = await node.Queries.ListAsync(prefix, after, limit);
        return Json(ApiJson.Channels(channels, channels.Count == limit ? channels[^1].Channel : null));
    }

    private async Task<IResult> FindAsync(HttpContext context)
    {
        var query = new ApiQuery(context.Request.Query, "name");
        var name = query.RequiredName("name");
        return query.Problem is { } problem
            ? Problem(StatusCodes.Status400BadRequest, problem)
            : Json(ApiJson.Channel(await node.Queries.FindAsync(name)));
    }

    private async Task<IResult> HistoryAsync(HttpContext context)
    {
        var query = new ApiQuery(context.Request.Query, "channel", "since", "epoch", "limit");
        var name = query.RequiredName("channel");
        var since = query.Since();
        var limit = query.Limit();
        if (query.Problem is { } problem)
        {
            return Problem(StatusCodes.Status400BadRequest, problem);
        }

        return await node.Queries.HistoryAsync(name, since, limit) is { } history
            ? Json(ApiJson.History(history))
            : Unavailable(context, "The channel does not answer now; ask again in a moment.");
    }

    private static FileContentHttpResult Json(ReadOnlyMemory<byte> json) => TypedResults.Bytes(json, "application/json; charset=utf-8");

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    private static ProblemHttpResult Unavailable(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem(StatusCodes.Status503ServiceUnavailable, detail);
    }
}
