using System.Net;

namespace Notify.Server.Tests.Support;

/// <summary>Reads an event stream, block by block.</summary>
internal sealed class EventStream : IDisposable
{
    private readonly HttpClient _http;
    private readonly StreamReader _reader;

    private EventStream(HttpClient http, HttpResponseMessage response, Stream body)
    {
        _http = http;
        Response = response;
        _reader = new StreamReader(body);
    }

    public HttpResponseMessage Response { get; }

    /// <summary>Opens a stream, and returns its first block without the retry delay.</summary>
    public static async Task<(
        EventStream Stream, string Opening)> OpenAsync(IServer server, string query, params (string Name, string Value)[] headers)
    {
        var stream = await RequestAsync(server, query, headers);
        Assert.Equal(HttpStatusCode.OK, stream.Response.StatusCode);
        var opening = await stream.ReadAsync();
        Assert.Matches("^retry: [0-9]+\nid: .*$", opening);
        return (stream, opening![(opening!.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    public static async Task<EventStream> RequestAsync(IServer server, string query, params (string Name, string Value)[] headers)
    {
        var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/events" + query, UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        return new EventStream(http, response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Returns the lines of the next block; null when the stream has ended, <c>cut</c> when its connection has.</summary>
    public async Task<string?> ReadAsync()
    {
        var lines = new List<string>();
        try
        {
            while (await _reader.ReadLineAsync().Soon() is { } line)
            {
                if (line.Length == 0)
                {
                    return string.Join('\n', lines);
                }

                lines.Add(line);
            }

            return null;
        }
        catch (Exception exception) when (exception is HttpIOException or IOException)
        {
            return "cut";
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        Response.Dispose();
        _http.Dispose();
    }
}
