using System.Text;

namespace Notify.Server.Commands;

/// <summary>Asks one of the two servers that <c>migrate-check</c> compares, as backends and pages of socket.io-notify do.</summary>
internal sealed class MigrateTarget : IDisposable
{
    private const string JsonType = "application/json";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly string _key;
    private readonly string _secret;

    public MigrateTarget(Uri url, string key, string secret) => (Url, _key, _secret) = (url, key, secret);

    /// <summary>Gets the address.</summary>
    public Uri Url { get; }

    /// <summary>Makes a request and describes the answer: its status, and its body where it is JSON.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="contentType">The type of the body; null for a request without one.</param>
    /// <param name="body">The body.</param>
    /// <param name="secret">The secret; null for the right one, empty for none.</param>
    /// <param name="cancellation">Cancels the request.</param>
    public async Task<string> AskAsync(
        HttpMethod method, string path, string? contentType, string body, string? secret, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(Url.ToString().TrimEnd('/') + path));
        if (secret != "")
        {
            request.Headers.TryAddWithoutValidation("notification_secret", secret ?? _secret);
        }

        if (contentType is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellation);

            // The original writes stack traces and pages where the content is not JSON; those need not be the same.
            return response.Content.Headers.ContentType?.MediaType == JsonType
                ? $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellation)}"
                : $"{(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException($"{Url} cannot be reached: {exception.Message}", inner: exception);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException($"{Url} did not answer {path} in time.", inner: exception);
        }
    }

    /// <summary>Sends a JSON body, and describes the answer.</summary>
    public Task<string> SendAsync(string json, CancellationToken cancellation) =>
        AskAsync(HttpMethod.Post, "/send", JsonType, json, secret: null, cancellation);

    /// <summary>Connects as a page with a client 1.x does.</summary>
    /// <param name="key">The key; null for the right one.</param>
    /// <param name="cancellation">Cancels the attempt.</param>
    public Task<MigratePage> ConnectAsync(string? key, CancellationToken cancellation) =>
        MigratePage.OpenAsync(Url, key ?? _key, cancellation);

    public void Dispose() => _http.Dispose();
}
