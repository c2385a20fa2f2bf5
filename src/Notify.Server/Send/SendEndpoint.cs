using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Notify.Broker.Channels;
using Notify.Broker.Metrics;
using Notify.Broker.Sending;
using Notify.Broker.Tracing;
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

    private static readonly byte[] Ok = "\"ok\""u8.ToArray();
    private static readonly byte[] WrongSecret = "\"invalid notification secret\""u8.ToArray();
    private static readonly byte[] Missing = "\"Missing parameters\""u8.ToArray();

    private static readonly byte[] TooManySecrets = JsonSerializer.SerializeToUtf8Bytes(BackendAccess.BlockedSentence);
    private static readonly byte[] TooFast = JsonSerializer.SerializeToUtf8Bytes(BackendAccess.RateSentence);
    private static readonly byte[] NoScope = "\"this secret has no scope send\""u8.ToArray();
    private static readonly byte[] OtherChannel = "\"channel not allowed\""u8.ToArray();
    private static readonly byte[] TooBusy =
        JsonSerializer.SerializeToUtf8Bytes("the server is receiving too much at once; send again in a moment");

    private static readonly byte[] Protected = JsonSerializer.SerializeToUtf8Bytes(BackendAccess.ProtectedSentence);

    private static readonly byte[] LongChannel =
        JsonSerializer.SerializeToUtf8Bytes($"a channel's name is at most {ChannelName.MaxBytes} bytes of UTF-8");

    private static readonly byte[] BadKey = JsonSerializer.SerializeToUtf8Bytes(SendKey.Rule);

    private static readonly byte[] NotStored =
        "\"not known to be stored: send again in a moment; without an idempotency key it may arrive twice\""u8.ToArray();

    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            return AnswerAsync(context, StatusCodes.Status200OK, "text/html; charset=utf-8", "POST"u8.ToArray());
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
        try
        {
            answer = await ReceiveAsync(context, began);
        }
        catch (Exception exception)
        {
            metrics.End(began, "send", PublishOutcome.Of(exception));
            throw;
        }

        metrics.End(began, "send", answer.Outcome);

        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogAnswered(context.Response.StatusCode, answer.Channels, context.Connection.RemoteIpAddress);
        }
    }

    private async Task<SendAnswer> ReceiveAsync(HttpContext context, long began)
    {
        var contentType = SendContentType.Parse(context.Request.ContentType);
        var boundary = contentType.Kind == SendContentKind.None ? MultipartForm.BoundaryOf(context.Request.ContentType) : null;
        var hasBody = contentType.Kind != SendContentKind.None || boundary is not null;
        var read = hasBody ? await RequestBody.ReadAsync(context.Request, maxBody, received) : default;
        using var body = read.Body;
        if (body is null && hasBody)
        {
            await (read.Status == StatusCodes.Status503ServiceUnavailable
                ? RefuseForNowAsync(context, TooBusy)
                : RefuseBodyAsync(context, read.Status));
            return new SendAnswer(0, PublishOutcome.Of(read.Status, isOverload: true));
        }

        var (parsed, request) = boundary is null ? Parse(contentType, body?.Written ?? default) : await ParseAsync(boundary, body!.Written);
        var status = parsed switch
        {
            SendParseStatus.BadRequest => StatusCodes.Status400BadRequest,
            SendParseStatus.PayloadTooLarge => StatusCodes.Status413PayloadTooLarge,
            SendParseStatus.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
            _ => StatusCodes.Status200OK,
        };
        if (status != StatusCodes.Status200OK)
        {
            await RefuseBodyAsync(context, status);
            return new SendAnswer(0, PublishOutcome.Invalid);
        }

        var outcome = await SendAsync(context, request, began);
        return new SendAnswer(request?.Channels.Count ?? 0, outcome ?? PublishOutcome.Of(context.Response.StatusCode));
    }

    private static (SendParseStatus Status, SendRequest? Request) Parse(SendContentType contentType, ReadOnlyMemory<byte> body)
    {
        var parse = SendRequestParser.Parse(contentType, body);
        return (parse.Status, parse.Request);
    }

    private static async Task<(SendParseStatus Status, SendRequest? Request)> ParseAsync(string boundary, ReadOnlyMemory<byte> body)
    {
        var form = await MultipartForm.ReadAsync(boundary, body);
        if (form.Status != SendParseStatus.Parsed)
        {
            return (form.Status, null);
        }

        var parse = SendRequestParser.Parse(form.Fields);
        return (parse.Status, parse.Request);
    }

    // Returns the outcome; null when the status says it.
    private async Task<PublishOutcome?> SendAsync(HttpContext context, SendRequest? request, long began)
    {
        if (await AuthorizeAsync(context) is not { } backend)
        {
            return null;
        }

        if (request is null)
        {
            await AnswerAsync(context, StatusCodes.Status406NotAcceptable, Missing);
            return null;
        }

        // A request without a valid secret is not traced, whatever its headers ask for.
        using var span = traces?.Begin(context, Route, backend.Name, began);
        var outcome = await SendAsync(context, request, backend, span?.Publishes, began);
        span?.Answered(context.Response.StatusCode);
        return outcome;
    }

    private async Task<PublishOutcome?> SendAsync(
        HttpContext context, SendRequest request, Backend backend, PublishTrace? trace, long began)
    {
        var names = new string[request.Channels.Count];
        for (var i = 0; i < names.Length; i++)
        {
            if (!ChannelName.TryCreate(request.Channels[i], out names[i]))
            {
                await AnswerAsync(context, StatusCodes.Status400BadRequest, LongChannel);
                return null;
            }
        }

        if (access.FindForbidden(context, backend, names) is not null)
        {
            trail.Refused(backend.Name, names, PublishOutcome.Refused.Name, Stopwatch.GetElapsedTime(began));
            await AnswerAsync(context, StatusCodes.Status403Forbidden, OtherChannel);
            return null;
        }

        if (!SendKey.TryRead(context.Request.Headers, out var key))
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, BadKey);
            return null;
        }

        try
        {
            // A copy, because the body's buffer returns to its pool and the notification remains.
            var notification = request.Notification.ToArray();
            var results = await publisher().SendAsync(names, notification, key, trace);
            trail.Accepted(backend.Name, results, notification, Stopwatch.GetElapsedTime(began));
            await AnswerAsync(context, StatusCodes.Status200OK, Ok);
            return results.All(static result => result.IsDuplicate) ? PublishOutcome.Duplicate : PublishOutcome.Accepted;
        }
        catch (SendFailedException failure)
        {
            var outcome = PublishOutcome.Of(failure);
            trail.Refused(backend.Name, names, outcome.Name, Stopwatch.GetElapsedTime(began));
            await RefuseForNowAsync(context, NotStored);
            return outcome;
        }
    }

    // Returns the backend, or answers the request and returns null.
    private async Task<Backend?> AuthorizeAsync(HttpContext context)
    {
        var (status, backend) = access.Check(context);
        if (backend is null)
        {
            access.CountRefused(context, status);
        }

        switch (status)
        {
            case StatusCodes.Status403Forbidden:
                await AnswerAsync(context, status, Protected);
                return null;
            case StatusCodes.Status401Unauthorized:
                if (ShownSecret.IsMissing(context.Request.Headers))
                {
                    refusals.Add(NoSecret, context.Connection.RemoteIpAddress);
                }

                await AnswerAsync(context, status, WrongSecret);
                return null;
            case StatusCodes.Status429TooManyRequests:
                context.Response.Headers.RetryAfter = BackendAccess.RetryAfter;
                await AnswerAsync(context, status, TooManySecrets);
                return null;
        }

        if (!access.MaySend(context, backend!))
        {
            await AnswerAsync(context, StatusCodes.Status403Forbidden, NoScope);
            return null;
        }

        if (!access.TryBeginSend(context, backend!))
        {
            context.Response.Headers.RetryAfter = BackendAccess.RetryAfterRate;
            await AnswerAsync(context, StatusCodes.Status429TooManyRequests, TooFast);
            return null;
        }

        return backend;
    }

    private static Task RefuseForNowAsync(HttpContext context, byte[] json)
    {
        context.Response.Headers.RetryAfter = "1";
        return AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, json);
    }

    private static Task RefuseBodyAsync(HttpContext context, int status) =>
        AnswerAsync(context, status, "text/html", Encoding.ASCII.GetBytes(ReasonPhrases.GetReasonPhrase(status)));

    private static Task AnswerAsync(HttpContext context, int status, byte[] json) =>
        AnswerAsync(context, status, "application/json; charset=utf-8", json);

    private static Task AnswerAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }

    /// <summary>Represents how a request was answered.</summary>
    /// <param name="Channels">The number of channels that it names, as far as it was read.</param>
    /// <param name="Outcome">The outcome.</param>
    private readonly record struct SendAnswer(int Channels, PublishOutcome Outcome);

    [LoggerMessage(1, LogLevel.Debug, "/send answered {Status} to {Address}; channels: {Channels}.", EventName = "SendAnswered")]
    private partial void LogAnswered(int status, int channels, IPAddress? address);
}
