using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Notify.Client;

/// <summary>Serves one WebSocket from its first join to its end.</summary>
/// <param name="socket">The open socket.</param>
/// <param name="options">The token and the times.</param>
/// <param name="cursors">Where the listener is in each channel.</param>
/// <param name="output">Takes notifications and lost history.</param>
/// <param name="onListening">Is called with the connection's id when all channels are joined.</param>
/// <param name="logger">The log.</param>
internal sealed class ListenConnection(
    ClientWebSocket socket,
    NotifyClientOptions options,
    Dictionary<string, ListenCursor> cursors,
    ChannelWriter<ListenItem> output,
    Action<string> onListening,
    ILogger logger) : IDisposable
{
    private const int FirstPermanentClose = 4500;
    private const int ReceiveSize = 4096;

    // Larger than what the server can send: 1 MB of notification, and its envelope.
    private const int MaxMessage = 4 << 20;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRejoin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRejoin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _alive = new();
    private Task _goodbye = Task.CompletedTask;
    private ServerMessage? _closing;
    private string _connection = "";
    private long _heardAt;
    private int _rejoins;
    private bool _isListening;
    private volatile bool _isReaderBehind;

    /// <summary>Runs to the end of the connection.</summary>
    /// <param name="stop">Ends it.</param>
    /// <returns>The end after which to come back.</returns>
    /// <exception cref="NotifyRefusedException">The server refuses the connection or a channel for good.</exception>
    public async Task<ConnectionEnd> RunAsync(CancellationToken stop)
    {
        var alive = _alive.Token;
        var registration = stop.Register(() => _goodbye = CloseAsync());
        _heardAt = options.Time.GetTimestamp();
        var heartbeat = BeatAsync(alive);
        try
        {
            foreach (var cursor in cursors.Values)
            {
                cursor.IsJoined = false;
                await SendAsync(cursor.Join(), alive).ConfigureAwait(false);
            }

            var buffer = new ArrayBufferWriter<byte>(ReceiveSize);
            while (await ReceiveAsync(buffer, alive).ConfigureAwait(false) is { } message)
            {
                _heardAt = options.Time.GetTimestamp();
                await HandleAsync(message, alive).ConfigureAwait(false);
            }

            return Ended();
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or JsonException)
        {
            stop.ThrowIfCancellationRequested();
            return exception is OperationCanceledException
                ? new ConnectionEnd("the server is silent")
                : new ConnectionEnd(exception.InnerException?.Message ?? exception.Message);
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            await _alive.CancelAsync().ConfigureAwait(false);
            await heartbeat.ConfigureAwait(false);
            await _goodbye.ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _alive.Dispose();
        _sending.Dispose();
    }

    private async Task<ServerMessage?> ReceiveAsync(ArrayBufferWriter<byte> buffer, CancellationToken alive)
    {
        buffer.ResetWrittenCount();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.GetMemory(ReceiveSize), alive).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            buffer.Advance(part.Count);
            if (buffer.WrittenCount > MaxMessage)
            {
                throw new JsonException($"the server sent a message of more than {MaxMessage} bytes");
            }

            if (part.EndOfMessage)
            {
                return JsonSerializer.Deserialize(buffer.WrittenSpan, NotifyJson.Default.ServerMessage);
            }
        }
    }

    private async ValueTask HandleAsync(ServerMessage message, CancellationToken alive)
    {
        switch (message.Type)
        {
            case "welcome":
                _connection = message.Connection ?? "";
                break;
            case "joined" when cursors.TryGetValue(message.Channel ?? "", out var cursor):
                await JoinedAsync(cursor, message, alive).ConfigureAwait(false);
                break;
            case "notification":
                if (message.Position is { } position && cursors.TryGetValue(message.Channel ?? "", out var moved))
                {
                    moved.Advance(position);
                }

                await WriteAsync(new ListenItem(message.ToNotification(), Lost: null), alive).ConfigureAwait(false);
                break;
            case "left" when message.Code is { } code:
                throw new NotifyRefusedException(
                    $"The listener may not have the channel {message.Channel} any more.", code, message.Channel);
            case "error":
                Refused(message, alive);
                break;
            case "expiring":
                _ = RenewAsync(alive);
                break;
            case "closing":
                _closing = message;
                break;
        }
    }

    private async ValueTask JoinedAsync(ListenCursor cursor, ServerMessage message, CancellationToken alive)
    {
        if (cursor.Joined(message.Position, message.Recovered) is { } lost)
        {
            await WriteAsync(new ListenItem(Notification: null, lost), alive).ConfigureAwait(false);
        }

        if (!_isListening && cursors.Values.All(static each => each.IsJoined))
        {
            _isListening = true;
            _rejoins = 0;
            onListening(_connection);
        }
    }

    // The server is not read from while the reader is behind, so its silence means nothing then.
    private async ValueTask WriteAsync(ListenItem item, CancellationToken alive)
    {
        if (output.TryWrite(item))
        {
            return;
        }

        _isReaderBehind = true;
        await output.WriteAsync(item, alive).ConfigureAwait(false);
        _heardAt = options.Time.GetTimestamp();
        _isReaderBehind = false;
    }

    private void Refused(ServerMessage message, CancellationToken alive)
    {
        var code = message.Code ?? "";
        if (message.IsAboutToken)
        {
            // The present token still counts. When it ends, the connection begins again with another one.
            if (code is "token_expired" or "unavailable" or "limit" or "unsupported")
            {
                ClientLog.NotRenewed(logger, message.Message ?? code);
                return;
            }

            throw new NotifyRefusedException($"The server refuses the token: {message.Message}", code);
        }

        if (message.About is not { } channel)
        {
            ClientLog.MessageRefused(logger, message.Message ?? code);
        }
        else if (code == "unavailable")
        {
            _ = RejoinAsync(channel, alive);
        }
        else
        {
            throw new NotifyRefusedException($"The server refuses the channel {channel}: {message.Message}", code, channel);
        }
    }

    private async Task RejoinAsync(string channel, CancellationToken alive)
    {
        try
        {
            var delay = Backoff.Next(_rejoins++, FirstRejoin, LongestRejoin, Random.Shared.NextDouble());
            await Task.Delay(delay, options.Time, alive).ConfigureAwait(false);
            await SendAsync(cursors[channel].Join(), alive).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            // The next connection joins all channels.
        }
    }

    private async Task RenewAsync(CancellationToken alive)
    {
        try
        {
            if (options.GetToken is { } getToken && await getToken(alive).ConfigureAwait(false) is { } token)
            {
                await SendAsync(ClientMessages.Auth(token), alive).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            // The next connection begins with another token.
        }
#pragma warning disable CA1031 // It asks a backend, which may fail in many ways. The token is asked for again with the next connection.
        catch (Exception exception)
        {
            ClientLog.NotRenewed(logger, exception.Message);
        }
#pragma warning restore CA1031
    }

    private async Task BeatAsync(CancellationToken alive)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.HeartbeatInterval, options.Time, alive).ConfigureAwait(false);
                if (!_isReaderBehind && options.Time.GetElapsedTime(_heardAt) >= 2 * options.HeartbeatInterval)
                {
                    await _alive.CancelAsync().ConfigureAwait(false);
                    return;
                }

                await SendAsync(ClientMessages.Ping, alive).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            // The reader of the connection notices the same.
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken alive)
    {
        await _sending.WaitAsync(alive).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, alive).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    // Says goodbye, so that the server does not count a broken connection, and then lets everything end.
    private async Task CloseAsync()
    {
        using var late = new CancellationTokenSource(CloseTimeout);
        try
        {
            await _sending.WaitAsync(late.Token).ConfigureAwait(false);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, late.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            // It is closed in any case.
        }

        await _alive.CancelAsync().ConfigureAwait(false);
    }

    private ConnectionEnd Ended()
    {
        var status = (int?)socket.CloseStatus ?? 0;
        var code = _closing?.Code ?? socket.CloseStatusDescription?.Replace(' ', '_') ?? "";
        var reason = _closing?.Message ?? $"closed by the server: {status} {socket.CloseStatusDescription}".TrimEnd();
        var isExpired = status >= FirstPermanentClose && code == "token_expired";
        if (status >= FirstPermanentClose && !isExpired)
        {
            throw new NotifyRefusedException($"The server refuses the connection ({code}): {reason}", code);
        }

        var delay = _closing?.ReconnectAfterMs is { } wait ? TimeSpan.FromMilliseconds(wait) : (TimeSpan?)null;
        return new ConnectionEnd(reason, delay, isExpired);
    }

    private static bool IsEndOfConnection(Exception exception) =>
        exception is OperationCanceledException or WebSocketException or ObjectDisposedException or InvalidOperationException;
}
