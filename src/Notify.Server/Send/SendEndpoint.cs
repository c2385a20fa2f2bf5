using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Notify.Broker.Channels;
using Notify.Broker.Histories;
using Notify.Broker.Sending;
using Notify.Protocol.Send;
using Notify.Server.Options;

namespace Notify.Server.Send;

/// <summary>
/// <c>POST /send</c>, the contract of the original: the body is read first (400, 413, 415), then the secret is checked (401), then the
/// parameters (406), then the notification is sent and answered by <c>"ok"</c>.
/// </summary>
/// <param name="publisher">Sends; asked for late, because the node starts after the endpoint is made.</param>
/// <param name="access">The secret.</param>
/// <param name="options">The limits.</param>
internal sealed class SendEndpoint(Func<Publisher> publisher, AccessOptions access, SendOptions options)
{
    private static readonly byte[] Ok = "\"ok\""u8.ToArray();
    private static readonly byte[] WrongSecret = "\"invalid notification secret\""u8.ToArray();
    private static readonly byte[] Missing = "\"Missing parameters\""u8.ToArray();

    private static readonly byte[] Protected =
        "\"NOTIFICATION_SECRET is at its default, so only this host may send: set NOTIFICATION_SECRET (or NOTIFY_INSECURE=1 to let everyone in)\""u8.ToArray();

    private static readonly byte[] LongChannel = JsonSerializer.SerializeToUtf8Bytes($"a channel's name is at most {ChannelName.MaxBytes} bytes of UTF-8");

    private static readonly byte[] BadKey =
        JsonSerializer.SerializeToUtf8Bytes($"Idempotency-Key is given once and has 1 to {IdempotencyKey.MaxBytes} bytes");

    private static readonly byte[] NotKept = "\"not known to be stored: send again in a moment; without an idempotency key it may arrive twice\""u8.ToArray();

    private readonly SecretCheck _secret = new(access.Secret);

    /// <summary>Whether a request is for this endpoint: by the original's rules neither case nor one trailing slash matters.</summary>
    public static bool Matches(HttpContext context) => context.Request.Path.Value is { Length: 5 or 6 } path
        && path.StartsWith("/send", StringComparison.OrdinalIgnoreCase) && (path.Length == 5 || path[5] == '/');

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            await AnswerAsync(context, StatusCodes.Status200OK, "text/html; charset=utf-8", "POST"u8.ToArray());
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await NotFound.AnswerAsync(context);
            return;
        }

        var contentType = SendContentType.Parse(context.Request.ContentType);
        using var body = contentType.Kind == SendContentKind.None ? null : await ReadBodyAsync(context);
        if (contentType.Kind != SendContentKind.None && body is null)
        {
            return;
        }

        var parse = SendRequestParser.Parse(contentType, body?.Bytes ?? default);
        switch (parse.Status)
        {
            case SendParseStatus.BadRequest:
                await RefuseBodyAsync(context, StatusCodes.Status400BadRequest, "Bad Request");
                return;
            case SendParseStatus.PayloadTooLarge:
                await RefuseBodyAsync(context, StatusCodes.Status413PayloadTooLarge, "Payload Too Large");
                return;
            case SendParseStatus.UnsupportedMediaType:
                await RefuseBodyAsync(context, StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type");
                return;
        }

        await SendAsync(context, parse.Request);
    }

    private async Task SendAsync(HttpContext context, SendRequest? request)
    {
        if (access.IsSecretDefault && !access.IsInsecure && !IsFromThisHost(context))
        {
            await AnswerAsync(context, StatusCodes.Status403Forbidden, Protected);
            return;
        }

        if (!_secret.Allows(context.Request.Headers))
        {
            await AnswerAsync(context, StatusCodes.Status401Unauthorized, WrongSecret);
            return;
        }

        if (request is null)
        {
            await AnswerAsync(context, StatusCodes.Status406NotAcceptable, Missing);
            return;
        }

        var names = new string[request.Channels.Count];
        for (var i = 0; i < names.Length; i++)
        {
            if (!ChannelName.TryCreate(request.Channels[i], out names[i]))
            {
                await AnswerAsync(context, StatusCodes.Status400BadRequest, LongChannel);
                return;
            }
        }

        var keys = context.Request.Headers["Idempotency-Key"];
        if (keys.Count > 1 || (keys.Count == 1 && Encoding.UTF8.GetByteCount(keys[0]!) is 0 or > IdempotencyKey.MaxBytes))
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, BadKey);
            return;
        }

        try
        {
            // The body's buffer goes back to its pool; the notification stays.
            await publisher().SendAsync(names, request.Notification.ToArray(), keys.Count == 0 ? null : keys[0]);
        }
        catch (SendFailedException)
        {
            context.Response.Headers.RetryAfter = "1";
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, NotKept);
            return;
        }

        await AnswerAsync(context, StatusCodes.Status200OK, Ok);
    }

    // A request that a proxy on this host passed on is not from this host.
    private static bool IsFromThisHost(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For") && !context.Request.Headers.ContainsKey("Forwarded");

    private async Task<BoundedBody?> ReadBodyAsync(HttpContext context)
    {
        var encoding = context.Request.Headers.ContentEncoding.ToString().Trim();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadCompressedAsync(context, encoding);
        }

        var body = await BoundedBody.ReadAsync(context.Request, options.MaxBody);
        if (body is null)
        {
            await RefuseBodyAsync(context, StatusCodes.Status413PayloadTooLarge, "Payload Too Large");
        }

        return body;
    }

    private async Task<BoundedBody?> ReadCompressedAsync(HttpContext context, string encoding)
    {
        await using Stream? inflated = encoding.ToUpperInvariant() switch
        {
            "GZIP" => new GZipStream(context.Request.Body, CompressionMode.Decompress),
            "DEFLATE" => new ZLibStream(context.Request.Body, CompressionMode.Decompress),
            _ => null,
        };
        if (inflated is null)
        {
            await RefuseBodyAsync(context, StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type");
            return null;
        }

        try
        {
            var body = await BoundedBody.ReadAsync(inflated, options.MaxBody, options.MaxBody, context.RequestAborted);
            if (body is null)
            {
                await RefuseBodyAsync(context, StatusCodes.Status413PayloadTooLarge, "Payload Too Large");
            }

            return body;
        }
        catch (InvalidDataException)
        {
            await RefuseBodyAsync(context, StatusCodes.Status400BadRequest, "Bad Request");
            return null;
        }
    }

    private static Task RefuseBodyAsync(HttpContext context, int status, string reason) =>
        AnswerAsync(context, status, "text/html", System.Text.Encoding.ASCII.GetBytes(reason));

    private static Task AnswerAsync(HttpContext context, int status, byte[] json) => AnswerAsync(context, status, "application/json; charset=utf-8", json);

    private static Task AnswerAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body).AsTask();
    }
}
