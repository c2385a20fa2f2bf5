using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Notify.Server.Options;

namespace Notify.Server.Access;

/// <summary>Sends one question to the backend and reads the answer. The place is only ever the configured one.</summary>
internal sealed class AuthorizeRequest : IDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _client = CreateClient();
    private readonly Uri _url;
    private readonly AuthorizeSigner _signer;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <summary>Prepares requests.</summary>
    /// <param name="url">The URL of the backend.</param>
    /// <param name="options">The secrets and the timeout.</param>
    /// <param name="time">The clock of signatures and of the timeout.</param>
    /// <exception cref="OptionsException">A secret has the wrong form.</exception>
    public AuthorizeRequest(Uri url, AuthorizeOptions options, TimeProvider time)
    {
        _url = url;
        _signer = new AuthorizeSigner(options);
        _timeout = options.Timeout;
        _time = time;
    }

    /// <summary>Asks the backend. A failure is a result and no exception.</summary>
    public async Task<AuthorizeResult> SendAsync(AuthorizeQuestion question)
    {
        using var timeout = new CancellationTokenSource(_timeout, _time);
        try
        {
            using var request = Create(question);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NoContent
                ? await ReadAsync(response, timeout.Token)
                : Judge((int)response.StatusCode);
        }
        catch (OperationCanceledException)
        {
            // Without the timeout it is the end of the server, which cancels what is under way.
            return timeout.IsCancellationRequested
                ? AuthorizeResult.Unavailable(
                    AuthorizeFailure.Timeout,
                    FormattableString.Invariant($"there was no answer within {_timeout.TotalMilliseconds} ms (NOTIFY_AUTHORIZE_TIMEOUT)"))
                : AuthorizeResult.Unavailable(AuthorizeFailure.Unreachable, "this server ends");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException)
        {
            return AuthorizeResult.Unavailable(AuthorizeFailure.Unreachable, Reason(exception));
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static HttpClient CreateClient() => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = ConnectionLifetime,
            MaxResponseDrainSize = AuthorizeBody.MaxBytes,

            // Only the configured headers of a client are repeated; its trace is not one of them.
            ActivityHeadersPropagator = null,

            // The server reads the headers of clients as UTF-8. Without this such a header would be a failure.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        },
        disposeHandler: true)
    {
        // Each request has its own timeout.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static async Task<AuthorizeResult> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[(int)Math.Min(response.Content.Headers.ContentLength ?? AuthorizeBody.MaxBytes, AuthorizeBody.MaxBytes) + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return length > AuthorizeBody.MaxBytes
            ? AuthorizeResult.Unavailable(AuthorizeFailure.Body, "the body has more than 64 kB")
            : AuthorizeBody.Read(buffer.AsMemory(0, length));
    }

    private static AuthorizeResult Judge(int status) => status switch
    {
        // Their bodies are for people, and may be long.
        StatusCodes.Status403Forbidden => new(AuthorizeAnswer.Forbidden),
        StatusCodes.Status401Unauthorized => new(AuthorizeAnswer.Unauthorized),
        >= 300 and < 400 => Unusable(
            AuthorizeFailure.Status,
            $"the answer was the redirection {status}; set NOTIFY_AUTHORIZE_URL to its target, and answer 401 or 403 to refuse"),
        StatusCodes.Status404NotFound =>
            Unusable(AuthorizeFailure.Status, $"the answer was the status {status}; check NOTIFY_AUTHORIZE_URL"),
        StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge or StatusCodes.Status431RequestHeaderFieldsTooLarge =>
            Unusable(AuthorizeFailure.Rejected, $"the answer was the status {status}"),
        _ => Unusable(AuthorizeFailure.Status, $"the answer was the status {status}"),
    };

    private static AuthorizeResult Unusable(AuthorizeFailure failure, FormattableString reason) =>
        AuthorizeResult.Unavailable(failure, FormattableString.Invariant(reason));

    // What is wrong with a certificate is said only inside.
    private static string Reason(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
            ? exception.GetBaseException().Message
            : exception.Message;

    private HttpRequestMessage Create(AuthorizeQuestion question)
    {
        var body = AuthorizeBody.Write(question);
        var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = Json } },
        };
        request.Headers.Accept.ParseAdd("application/json");
        foreach (var (name, value) in question.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        _signer.Sign(request, body, _time.GetUtcNow());
        return request;
    }
}
