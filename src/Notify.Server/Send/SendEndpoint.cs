using System.Diagnostics;
using System.Net;
using Notify.Broker.Channels;
using Notify.Broker.Metrics;
using Notify.Broker.Sending;
using Notify.Broker.Trails;
using Notify.Protocol.Send;
using Notify.Server.Backends;
using Notify.Server.Endpoints;
using Notify.Server.Limits;
using Notify.Server.Telemetry;

namespace Notify.Server.Send;

/// <summary>
/// Implements <c>POST /send</c> like socket.io-notify: reads the body (400, 413, 415), checks the secret (401) and the parameters (406),
/// publishes the notification, and answers <c>"ok"</c>. The path ignores case and a trailing slash, in socket.io-notify and in routing.
/// </summary>
/// <param name="publisher">Gets the publisher. A function, because the node starts after the endpoint is created.</param>
/// <param name="access">Decides which requests may publish. Not the authorization of ASP.NET Core, because the body is read first.</param>
/// <param name="maxBody">The maximum size of a body, in bytes.</param>
/// <param name="received">The account of the memory of request bodies.</param>
/// <param name="refusals">Warns of requests without a secret.</param>
/// <param name="metrics">Counts and times the requests.</param>
/// <param name="trail">Remembers the requests.</param>
/// <param name="logger">Logs each request at Debug.</param>
/// <param name="traces">Begins the spans of sampled requests; null when nothing is traced.</param>
internal sealed partial class SendEndpoint(
    Func<Publisher> publisher,
    BackendAccess access,
    int maxBody,
    ReceiveAccount received,
    RefusalLog refusals,
    PublishMetrics metrics,
    Trail trail,
    ILogger<SendEndpoint> logger,
    RequestTraces? traces)
{
    private const string Route = "/send";

    private const string NoSecret =
        "A request to /send has no secret: if the backend sends notification_secret, a proxy may have dropped it because of "
        + "the underscore; send the header as notification-secret.";

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            return WriteAsync(context, SendAnswer.Options);
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return NotFound.AnswerAsync(context);
        }

        return AnswerAsync(context);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var began = metrics.Begin();
        SendAnswer answer;
        int channels;
        try
        {
            using var input = await ReceiveAsync(context.Request);
            channels = input.Request?.Channels.Count ?? 0;
            answer = input.Refusal ?? await PublishAsync(context, input.Request, began);
            await WriteAsync(context, answer);
        }
        catch (Exception exception)
        {
            metrics.End(began, "send", PublishOutcome.Of(exception));
            throw;
        }

        metrics.End(began, "send", answer.Outcome);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogAnswered(answer.Status, channels, context.Connection.RemoteIpAddress);
        }
    }

    private async ValueTask<SendInput> ReceiveAsync(HttpRequest request)
    {
        var contentType = SendContentType.Parse(request.ContentType);
        var boundary = contentType.Kind == SendContentKind.None ? MultipartForm.BoundaryOf(request.ContentType) : null;
        if (contentType.Kind == SendContentKind.None && boundary is null)
        {
            return Parse(contentType, body: null);
        }

        var (status, body) = await RequestBody.ReadAsync(request, maxBody, received);
        if (body is null)
        {
            return new SendInput(SendAnswer.OfBody(status), null, null);
        }

        try
        {
            return boundary is null ? Parse(contentType, body) : await ParseAsync(boundary, body);
        }
        catch
        {
            // Nobody else has the buffer yet.
            body.Dispose();
            throw;
        }
    }

    private static SendInput Parse(SendContentType contentType, ReceivedBuffer? body)
    {
        var parse = SendRequestParser.Parse(contentType, body?.Written ?? default);
        return Parsed(parse.Status, parse.Request, body);
    }

    private static async Task<SendInput> ParseAsync(string boundary, ReceivedBuffer body)
    {
        var form = await MultipartForm.ReadAsync(boundary, body.Written);
        if (form.Status != SendParseStatus.Parsed)
        {
            return Parsed(form.Status, null, body);
        }

        var parse = SendRequestParser.Parse(form.Fields);
        return Parsed(parse.Status, parse.Request, body);
    }

    private static SendInput Parsed(SendParseStatus status, SendRequest? request, ReceivedBuffer? body)
    {
        var refusal = status switch
        {
            SendParseStatus.BadRequest => SendAnswer.OfBody(StatusCodes.Status400BadRequest),
            SendParseStatus.PayloadTooLarge => SendAnswer.OfBody(StatusCodes.Status413PayloadTooLarge),
            SendParseStatus.UnsupportedMediaType => SendAnswer.OfBody(StatusCodes.Status415UnsupportedMediaType),
            _ => null,
        };
        return new SendInput(refusal, request, body);
    }

    private async Task<SendAnswer> PublishAsync(HttpContext context, SendRequest? request, long began)
    {
        if (Authorize(context, out var backend) is { } refusal)
        {
            return refusal;
        }

        if (request is null)
        {
            return SendAnswer.Missing;
        }

        // A request without a valid secret is not traced, whatever its headers ask for.
        using var span = traces?.Begin(context, Route, backend.Name, began);
        var answer = Check(context, request, backend, began, out var names, out var key);
        if (answer is null)
        {
            try
            {
                // A copy, because the body's buffer returns to its pool and the notification remains.
                var notification = request.Notification.ToArray();
                var results = await publisher().SendAsync(names, notification, key, span?.Publishes);
                trail.Accepted(backend.Name, results, notification, Stopwatch.GetElapsedTime(began));
                answer = AreDuplicates(results) ? SendAnswer.Duplicate : SendAnswer.Accepted;
            }
            catch (SendFailedException failure)
            {
                answer = SendAnswer.Of(failure);
                trail.Refused(backend.Name, names, answer.Outcome.Name, Stopwatch.GetElapsedTime(began));
            }
        }

        span?.Answered(answer.Status);
        return answer;
    }

    private static bool AreDuplicates(IReadOnlyList<SendResult> results)
    {
        for (var i = 0; i < results.Count; i++)
        {
            if (!results[i].IsDuplicate)
            {
                return false;
            }
        }

        return true;
    }

    // Returns null, and the backend, when the request may publish.
    private SendAnswer? Authorize(HttpContext context, out Backend backend)
    {
        var (status, found) = access.Check(context);
        backend = found!;
        if (found is null)
        {
            access.CountRefused(context, status);
            if (status == StatusCodes.Status401Unauthorized && ShownSecret.IsMissing(context.Request.Headers))
            {
                refusals.Add(NoSecret, context.Connection.RemoteIpAddress);
            }

            return status switch
            {
                StatusCodes.Status403Forbidden => SendAnswer.Protected,
                StatusCodes.Status429TooManyRequests => SendAnswer.Blocked,
                _ => SendAnswer.WrongSecret,
            };
        }

        if (!access.MaySend(context, found))
        {
            return SendAnswer.NoScope;
        }

        return access.TryBeginSend(context, found) ? null : SendAnswer.TooFast;
    }

    // Returns null, and the names of the channels with the idempotency key, when the request is valid.
    private SendAnswer? Check(
        HttpContext context, SendRequest request, Backend backend, long began, out string[] names, out string? key)
    {
        key = null;
        names = new string[request.Channels.Count];
        for (var i = 0; i < names.Length; i++)
        {
            if (!ChannelName.TryCreate(request.Channels[i], out names[i]))
            {
                return SendAnswer.LongChannel;
            }
        }

        if (access.FindForbidden(context, backend, names) is not null)
        {
            trail.Refused(backend.Name, names, SendAnswer.OtherChannel.Outcome.Name, Stopwatch.GetElapsedTime(began));
            return SendAnswer.OtherChannel;
        }

        return SendKey.TryRead(context.Request.Headers, out key) ? null : SendAnswer.BadKey;
    }

    private static Task WriteAsync(HttpContext context, SendAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        if (answer.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds;
        }

        return response.Body.WriteAsync(answer.Body).AsTask();
    }

    [LoggerMessage(1, LogLevel.Debug, "/send answered {Status} to {Address}; channels: {Channels}.", EventName = "SendAnswered")]
    private partial void LogAnswered(int status, int channels, IPAddress? address);
}
