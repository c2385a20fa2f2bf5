using System.Text;

namespace Notify.Server.Tests.Support;

/// <summary>Implements a polling session, request by request. Responses have the form <c>200 body</c>.</summary>
internal sealed class PollingClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _query;

    private PollingClient(HttpClient http, string query, string id)
    {
        _http = http;
        _query = $"{query}&sid={id}";
        Id = id;
    }

    public string Id { get; }

    /// <summary>
    /// Opens a session with a query such as <c>?EIO=4</c>, and an addition to the handshake's query in <paramref name="once"/>.
    /// </summary>
    public static async Task<PollingClient> OpenAsync(IServer server, string query, string once = "")
    {
        var http = new HttpClient { BaseAddress = new Uri(server.Address, server.EnginePath), Timeout = TestTimeouts.Limit };
        query += "&transport=polling";
        var body = await http.GetStringAsync(new Uri(query + once, UriKind.Relative));
        return new PollingClient(http, query, Handshake.Id(body));
    }

    /// <summary>Opens a Socket.IO connection of revision 4 with the key.</summary>
    public static async Task<PollingClient> ConnectAsync(IServer server)
    {
        var client = await OpenAsync(server, "?EIO=4", "&notificationKey=K1");
        Assert.Equal("200 ok", await client.PostAsync("40"));
        Assert.StartsWith("200 40{", await client.GetAsync(), StringComparison.Ordinal);
        return client;
    }

    public async Task<string> GetAsync(string more = "", CancellationToken cancellationToken = default)
    {
        using var response = await _http.GetAsync(new Uri(_query + more, UriKind.Relative), cancellationToken);
        return await TellAsync(response);
    }

    public async Task<byte[]> GetBytesAsync() => await _http.GetByteArrayAsync(new Uri(_query, UriKind.Relative));

    public Task<string> PostAsync(string body, string contentType = "text/plain;charset=UTF-8") =>
        SendAsync(HttpMethod.Post, Encoding.UTF8.GetBytes(body), contentType);

    public Task<string> PostFormAsync(string more, string payload) => SendAsync(
        HttpMethod.Post, Encoding.UTF8.GetBytes("d=" + Uri.EscapeDataString(payload)), "application/x-www-form-urlencoded", more);

    public async Task<string> SendAsync(HttpMethod method, byte[]? body = null, string contentType = "text/plain", string more = "")
    {
        using var request = new HttpRequestMessage(method, new Uri(_query + more, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await _http.SendAsync(request);
        return await TellAsync(response);
    }

    public Task<RawSocket> OpenSocketAsync(IServer server) =>
        RawSocket.OpenAsync(server, _query.Replace("polling", "websocket", StringComparison.Ordinal));

    public void Dispose() => _http.Dispose();

    private static async Task<string> TellAsync(HttpResponseMessage response) =>
        $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}".TrimEnd(' ');
}
