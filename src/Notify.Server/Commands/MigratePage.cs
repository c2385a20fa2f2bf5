using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Notify.Server.Commands;

/// <summary>Implements a page with a Socket.IO client 1.x, packet by packet.</summary>
internal sealed class MigratePage : IDisposable
{
    private const string Notified = "42[\"NEW_NOTIFICATION\",";
    private const int AckId = 7;

    // How long an answer may take that has to come, and how long is waited for one that should not.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<string> _notifications = new();
    private readonly Uri _url;

    // A receive that is cancelled would abort the socket, so one that nothing answered yet is waited for again.
    private Task<string>? _receiving;

    private MigratePage(Uri url) => _url = url;

    /// <summary>Gets the id of the socket, which is also a channel.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Connects.</summary>
    public static async Task<MigratePage> OpenAsync(Uri url, string key, CancellationToken cancellation)
    {
        var page = new MigratePage(url);
        var address = new UriBuilder(url)
        {
            Scheme = url.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
            Path = url.AbsolutePath.TrimEnd('/') + "/socket.io/",
            Query = $"EIO=3&transport=websocket&notificationKey={Uri.EscapeDataString(key)}",
        }.Uri;
        try
        {
            await page._socket.ConnectAsync(address, cancellation);
            using var open = JsonDocument.Parse((await page.RequireAsync(static packet => packet.StartsWith('0')))[1..]);
            page.Id = open.RootElement.GetProperty("sid").GetString()!;
            await page.RequireAsync(static packet => packet == "40");
            return page;
        }
        catch (Exception exception) when (exception is WebSocketException or JsonException or KeyNotFoundException)
        {
            page.Dispose();
            throw new CommandException($"{url} opens no Socket.IO session: {exception.Message}", inner: exception);
        }
    }

    /// <summary>Emits an event, and waits until the server has handled it.</summary>
    public async Task EmitAsync(string name, string argument)
    {
        await SendAsync($"42{AckId}[\"{name}\",{argument}]");
        await SendAsync("2");

        // The original never acknowledges a join: it answers the ping behind it.
        var ack = $"43{AckId}";
        if (await RequireAsync(packet => packet == "3" || packet.StartsWith(ack, StringComparison.Ordinal)) == "3")
        {
            await ReceiveAsync(packet => packet.StartsWith(ack, StringComparison.Ordinal), Grace);
        }
    }

    /// <summary>Returns the next notification as JSON; <c>nothing</c> when none comes.</summary>
    /// <param name="isExpected">Whether one has to come, however long it takes.</param>
    public async Task<string> HearAsync(bool isExpected)
    {
        if (_notifications.TryDequeue(out var earlier))
        {
            return earlier;
        }

        var limit = isExpected ? Limit : Grace;
        var packet = await ReceiveAsync(static packet => packet.StartsWith(Notified, StringComparison.Ordinal), limit);
        return packet is null ? "nothing" : _notifications.Dequeue();
    }

    public void Dispose() => _socket.Dispose();

    private Task SendAsync(string packet) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task<string> RequireAsync(Func<string, bool> isAsked) =>
        await ReceiveAsync(isAsked, Limit) ?? throw new CommandException($"{_url} did not answer a packet of Socket.IO in time.");

    // Returns the first packet that is asked for; null when none comes in time. Notifications are queued.
    private async Task<string?> ReceiveAsync(Func<string, bool> isAsked, TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit);
        while (true)
        {
            _receiving ??= ReceiveAsync();
            try
            {
                await _receiving.WaitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }

            var packet = await _receiving;
            _receiving = null;
            if (packet.StartsWith(Notified, StringComparison.Ordinal))
            {
                _notifications.Enqueue(packet[Notified.Length..^1]);
            }

            if (isAsked(packet))
            {
                return packet;
            }
        }
    }

    private async Task<string> ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new CommandException($"{_url} closed a WebSocket of Socket.IO.");
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }
    }
}
