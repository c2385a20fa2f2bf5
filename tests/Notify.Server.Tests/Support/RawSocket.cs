using System.Globalization;
using System.Net.WebSockets;
using System.Text;

namespace Notify.Server.Tests.Support;

/// <summary>
/// Implements a WebSocket, frame by frame: text unchanged, binary as <c>#hex</c>, the end as <c>closed</c> or <c>closed 1009</c>, or
/// <c>cut</c> when no close frame came.
/// </summary>
internal sealed class RawSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    private RawSocket()
    {
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
    }

    /// <summary>Gets the server's close reason; empty when there was none.</summary>
    public string CloseReason => _socket.CloseStatusDescription ?? "";

    public static Task<RawSocket> OpenAsync(IServer server, string query) => OpenAsync(server, server.EnginePath, query);

    public static async Task<RawSocket> OpenAsync(
        IServer server, string path, string query, string? origin = null, string? forwardedFor = null)
    {
        var socket = new RawSocket();
        if (origin is not null)
        {
            socket._socket.Options.SetRequestHeader("Origin", origin);
        }

        if (forwardedFor is not null)
        {
            socket._socket.Options.SetRequestHeader("X-Forwarded-For", forwardedFor);
        }

        var address = new UriBuilder(server.Address) { Scheme = "ws", Path = path, Query = query }.Uri;
        await socket._socket.ConnectAsync(address, CancellationToken.None).Soon();
        return socket;
    }

    /// <summary>Opens a Socket.IO connection of revision 3 with the key, and returns it with its id.</summary>
    public static async Task<(RawSocket Socket, string Id)> ConnectAsync(IServer server, string query = "&notificationKey=K1")
    {
        var socket = await OpenAsync(server, "?EIO=3&transport=websocket" + query);
        var id = Handshake.Id(await socket.ReceiveAsync());
        Assert.Equal("40", await socket.ReceiveAsync());
        return (socket, id);
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(params byte[] bytes) => SendAsync(bytes, WebSocketMessageType.Binary);

    public Task SendPartAsync(byte[] bytes) =>
        _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None).Soon();

    public async Task<string> ReceiveAsync()
    {
        var length = 0;
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), CancellationToken.None).AsTask().Soon();
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await AnswerCloseAsync();

                    // The framework does not distinguish an empty close frame from one with 1000.
                    return _socket.CloseStatus is WebSocketCloseStatus.NormalClosure ? "closed" : string.Create(
                        CultureInfo.InvariantCulture,
                        $"closed {(int)_socket.CloseStatus!}");
                }

                if (part.EndOfMessage)
                {
                    return part.MessageType == WebSocketMessageType.Binary
                        ? "#" + Convert.ToHexStringLower(_buffer.AsSpan(0, length))
                        : Encoding.UTF8.GetString(_buffer, 0, length);
                }
            }
        }
        catch (WebSocketException)
        {
            return "cut";
        }
    }

    private async Task AnswerCloseAsync()
    {
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.Empty, null, CancellationToken.None).Soon();
        }
        catch (WebSocketException)
        {
            // The server did not wait for the answer any longer.
        }
    }

    /// <summary>Returns the frames before <paramref name="last"/>.</summary>
    public async Task<List<string>> ReceiveUntilAsync(string last)
    {
        var frames = new List<string>();
        while (true)
        {
            var frame = await ReceiveAsync();
            if (frame == last)
            {
                return frames;
            }

            frames.Add(frame);
            Assert.False(
                frame == "cut" || frame.StartsWith("closed", StringComparison.Ordinal),
                $"{string.Join(" | ", frames)} and no {last}");
        }
    }

    /// <summary>Closes like a browser, and returns the status of the response.</summary>
    public async Task<WebSocketCloseStatus?> CloseAsync(WebSocketCloseStatus status)
    {
        await _socket.CloseAsync(status, null, CancellationToken.None).Soon();
        return _socket.CloseStatus;
    }

    public void Dispose() => _socket.Dispose();

    private Task SendAsync(byte[] bytes, WebSocketMessageType type) =>
        _socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None).Soon();
}
