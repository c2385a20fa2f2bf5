using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Notify.Server.Tests.Support;

/// <summary>
/// Represents a request as it is on the wire. <c>Host</c>, the length and, by default, <c>Connection: close</c> are added.
/// </summary>
internal sealed record RawRequest(string Method, string Path, IReadOnlyList<string> Headers)
{
    public byte[]? Body { get; init; }

    public bool IsChunked { get; init; }
}

/// <summary>Represents a response. <see cref="ContentType"/> is empty when there is none.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Body => Encoding.UTF8.GetString(Bytes);

    public string ContentType => Headers.GetValueOrDefault("Content-Type", "");
}

/// <summary>Implements an HTTP client that adds, merges and corrects nothing.</summary>
internal static class RawHttp
{
    public static async Task<RawResponse> SendAsync(IServer server, RawRequest request)
    {
        using var connection = await ConnectAsync(server);
        await connection.GetStream().WriteAsync(Encode(server, request)).AsTask().Soon();
        return Parse(await ReadAllAsync(connection.GetStream()).Soon());
    }

    public static Task<RawResponse> GetAsync(IServer server, string path, params string[] headers) =>
        SendAsync(server, new RawRequest("GET", path, headers));

    public static async Task<TcpClient> ConnectAsync(IServer server)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(server.Address.Host, server.Address.Port).Soon();
        return connection;
    }

    /// <summary>Returns all data until the server closes.</summary>
    public static async Task<byte[]> ReadAllAsync(Stream connection)
    {
        var all = new MemoryStream();
        try
        {
            await connection.CopyToAsync(all);
        }
        catch (IOException)
        {
            // A reset also ends a response.
        }

        return all.ToArray();
    }

    public static RawResponse Parse(byte[] answer)
    {
        var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        Assert.True(end >= 0, "no answer: " + Encoding.UTF8.GetString(answer));
        var lines = Encoding.ASCII.GetString(answer, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(
            pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        var body = answer[(end + 4)..];
        return new RawResponse(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            headers,
            headers.ContainsKey("Transfer-Encoding") ? Unchunk(body) : body);
    }

    private static byte[] Encode(IServer server, RawRequest request)
    {
        var head = new StringBuilder($"{request.Method} {request.Path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n");
        if (!request.Headers.Any(header => header.StartsWith("Connection:", StringComparison.Ordinal)))
        {
            head.Append("Connection: close\r\n");
        }

        foreach (var header in request.Headers)
        {
            head.Append(header).Append("\r\n");
        }

        if (request.Body is not { } body)
        {
            return Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
        }

        if (request.IsChunked)
        {
            head.Append(CultureInfo.InvariantCulture, $"Transfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n");
            return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body, .. "\r\n0\r\n\r\n"u8];
        }

        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.Latin1.GetBytes(head.ToString()), .. body];
    }

    private static byte[] Unchunk(byte[] body)
    {
        var whole = new MemoryStream();
        var rest = body.AsSpan();
        while (true)
        {
            var line = rest.IndexOf("\r\n"u8);
            var length = int.Parse(Encoding.ASCII.GetString(rest[..line]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return whole.ToArray();
            }

            whole.Write(rest.Slice(line + 2, length));
            rest = rest[(line + 2 + length + 2)..];
        }
    }
}
