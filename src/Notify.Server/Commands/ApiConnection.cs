using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Notify.Server.Commands;

/// <summary>Calls <c>/api</c> of a running server.</summary>
internal sealed class ApiConnection : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Uri _url;

    /// <summary>Creates a connection.</summary>
    /// <param name="url">The address of the server.</param>
    /// <param name="secret">The secret of a backend.</param>
    public ApiConnection(Uri url, string secret)
    {
        _url = url;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
    }

    /// <summary>Returns the answer to a query.</summary>
    /// <param name="path">The path below <c>/api</c>.</param>
    /// <param name="query">The parameters; those that are null are left out.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="CommandException">The server cannot be reached, or refuses the request.</exception>
    public async Task<JsonElement> GetAsync(
        string path, IEnumerable<(string Name, object? Value)> query, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, query, body: null, cancellation);
        return await ReadAsync(response, cancellation);
    }

    /// <summary>Returns the answer to a request with a body; undefined when it has none.</summary>
    /// <param name="path">The path below <c>/api</c>.</param>
    /// <param name="body">The body.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <exception cref="CommandException">The server cannot be reached, or refuses the request.</exception>
    public async Task<JsonElement> PostAsync(string path, JsonObject body, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Post, path, [], body, cancellation);
        return response.StatusCode == HttpStatusCode.NoContent ? default : await ReadAsync(response, cancellation);
    }

    /// <summary>Opens a stream of events; null when the server does not have it.</summary>
    /// <param name="path">The path below <c>/api</c>.</param>
    /// <param name="query">The parameters; those that are null are left out.</param>
    /// <param name="cancellation">Ends the stream.</param>
    /// <exception cref="CommandException">The server cannot be reached, or refuses the request.</exception>
    public async Task<HttpResponseMessage?> TryOpenAsync(
        string path, IEnumerable<(string Name, object? Value)> query, CancellationToken cancellation)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, path, query, body: null, cancellation);
        }
        catch (CommandException exception) when (exception.InnerException is HttpRequestException { StatusCode: HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        string path,
        IEnumerable<(string Name, object? Value)> query,
        JsonObject? body,
        CancellationToken cancellation)
    {
        var parameters = query
            .Where(static each => each.Value is not null)
            .Select(static each => $"{each.Name}={Uri.EscapeDataString(FormattableString.Invariant($"{each.Value}"))}");
        var address = new UriBuilder(_url)
        {
            Path = $"{_url.AbsolutePath.TrimEnd('/')}/api/{path}",
            Query = string.Join('&', parameters),
        }.Uri;
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        }

        using var late = new CancellationTokenSource(RequestTimeout);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var text = await response.Content.ReadAsStringAsync(limit.Token);
                throw Refused(response.StatusCode, path, text);
            }
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException(
                $"{_url} cannot be reached: {exception.Message} Start the server, or set NOTIFY_URL or --url to its address.",
                inner: exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException($"{_url} did not answer within {RequestTimeout.TotalSeconds} seconds.", inner: exception);
        }
    }

    private CommandException Refused(HttpStatusCode status, string path, string text)
    {
        var inner = new HttpRequestException(message: null, inner: null, status);
        return status switch
        {
            HttpStatusCode.Unauthorized => new CommandException(
                $"{_url} refuses the secret. Set NOTIFICATION_SECRET, or write --secret-file FILE.", inner: inner),
            HttpStatusCode.NotFound => new CommandException(
                $"{_url} has no /api/{path}: it is no Notify server, or one of an earlier version.", inner: inner),
            _ => new CommandException($"{_url} answers {(int)status}: {TerminalText.Of(ProblemOf(text))}", inner: inner),
        };
    }

    private static string ProblemOf(string text)
    {
        try
        {
            using var problem = JsonDocument.Parse(text);
            return problem.RootElement.ValueKind == JsonValueKind.Object
                && problem.RootElement.TryGetProperty("detail", out var detail)
                && detail.GetString() is { } sentence
                    ? sentence
                    : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
            var options = new JsonDocumentOptions { MaxDepth = Notify.Protocol.Send.SendRequestParser.MaxJsonDepth + 10 };
            using var document = await JsonDocument.ParseAsync(stream, options, cancellation);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new CommandException($"{_url} does not answer as a Notify server does. Check the address.", inner: exception);
        }
    }
}
