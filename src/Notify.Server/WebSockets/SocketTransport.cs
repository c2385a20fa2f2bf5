using System.Buffers;
using System.Net.WebSockets;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Features;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.WebSockets;
using Notify.Server.Limits;

namespace Notify.Server.WebSockets;

/// <summary>
/// Implements the transport of one accepted WebSocket. It receives whole messages without holding a buffer while idle, and writes encoded
/// frames to the upgraded stream unchanged. Until a writer takes over (<see cref="BindTo"/>), only the receiving thread writes, one frame
/// at a time.
/// </summary>
internal sealed class SocketTransport : ITransport, IDisposable
{
    private const int ReceiveBuffer = 4096;

    // How long the client may take to answer a close frame before the connection is cut off.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    // Engine.IO and the JSON protocol have heartbeats of their own. The framework's pings would add a second clock to each socket.
    private static readonly WebSocketCreationOptions AsServer = new() { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan };

    private readonly WebSocket _socket;
    private readonly UpgradedStream _stream;
    private TaskCompletionSource? _ended;
    private ITimer? _cut;
    private WebSocketClose? _close;
    private long _messageBeganAt = long.MaxValue;
    private bool _isClosing;

    private SocketTransport(WebSocket socket, UpgradedStream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>Gets the time of the last received data, in milliseconds of the monotonic clock.</summary>
    public long HeardAt => _stream.HeardAt;

    /// <summary>Gets the time at which the current message began, on the same clock; <see cref="long.MaxValue"/> for none.</summary>
    public long MessageBeganAt => Volatile.Read(ref _messageBeganAt);

    public int MaxMessages => int.MaxValue;

    /// <summary>Gets a token that is cancelled when the client's input ends or the connection is lost.</summary>
    public CancellationToken Closed => _stream.Connection.Closed;

    // Created when a connection ends, so that an idle one does not pay for it.
    private TaskCompletionSource Ended =>
        LazyInitializer.EnsureInitialized(
            ref _ended, static () => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Answers the handshake. The request must be a WebSocket request.</summary>
    public static async Task<SocketTransport> AcceptAsync(HttpContext context)
    {
        // Browsers close a WebSocket whose subprotocols were not answered. Like the original server, this selects the first one, which has
        // no other effect.
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        await context.WebSockets.AcceptWebSocketAsync(offered.Count > 0 && HeaderText.IsToken(offered[0]) ? offered[0] : null);
        var stream = ((UpgradeCapture)context.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Stream!;

        // The accepted WebSocket would keep its request alive.
        return new SocketTransport(WebSocket.CreateFromStream(stream, AsServer), stream);
    }

    /// <summary>
    /// Sets the function that serves the WebSocket after its request has ended. It is called once. Without it the connection ends with the
    /// request.
    /// </summary>
    public void RunAfterUpgrade(Func<Task> serve) => _stream.Connection.Then(serve);

    public bool TryAcquire() => true;

    /// <summary>Hands writing over to a writer. The WebSocket's own frames are queued for it from now on.</summary>
    public void BindTo(SendQueue sendQueue) => _stream.Writer = sendQueue;

    /// <summary>Writes one frame from the receiving thread before a writer has taken over.</summary>
    public ValueTask WriteDirectAsync(WireMessage message) => _stream.SendAsync(message.WebSocketFrame);

    public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch) =>
        batch.Count == 1 ? _stream.SendAsync(batch[0].WebSocketFrame) : WriteManyAsync(batch);

    public void Complete() => _ = WriteCloseAsync();

    public void Abort()
    {
        _stream.Connection.Abort();
        Ended.TrySetResult();
    }

    /// <summary>
    /// Sets the close frame. Without it the frame is empty, or contains the client's own status or the status of a fault.
    /// </summary>
    public void CloseWith(WebSocketClose close) => _close = close;

    /// <summary>Closes from the receiving thread before a writer has taken over.</summary>
    public async Task CloseAsync()
    {
        using var own = this;
        await WriteCloseAsync();
        await DrainAsync();
    }

    /// <summary>Waits until the writer has written the close frame, or the connection is lost.</summary>
    public Task WaitForEndAsync()
    {
        // The client may not read the data.
        CutInTime();
        return Ended.Task;
    }

    /// <summary>
    /// Receives and discards data until the client's close frame, because closing a connection with unread data loses the written data.
    /// </summary>
    public async Task DrainAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBuffer);
        try
        {
            while (_socket.State is WebSocketState.Open
                && (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // The connection ended without a close frame, or was cut off because none arrived.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Works like <see cref="DrainAsync"/> for a connection whose data can no longer be parsed: discards data until its end, or until it is
    /// cut off.
    /// </summary>
    public async Task DiscardAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBuffer);
        try
        {
            while (await _stream.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // The connection ended, or was cut off because it did not end.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Receives until the connection ends. Text passed to <paramref name="receive"/> is only valid during the call; binary data may be
    /// kept. If it returns false, the loop ends.
    /// </summary>
    public async Task<SocketEnd> ReceiveAsync(int maxMessage, Func<ReadOnlyMemory<byte>, bool, ValueTask<bool>> receive)
    {
        try
        {
            while (true)
            {
                var first = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (first.MessageType == WebSocketMessageType.Close)
                {
                    return _stream.HasEnded ? SocketEnd.Broken : SocketEnd.Closed;
                }

                var isBinary = first.MessageType == WebSocketMessageType.Binary;
                using var buffer = new ReceivedBuffer(_stream.Connection.Received);
                var end = first.EndOfMessage;
                Volatile.Write(ref _messageBeganAt, HeardAt);
                while (!end)
                {
                    if (!buffer.TryReserve(ReceiveBuffer))
                    {
                        return SocketEnd.Busy;
                    }

                    var part = await _socket.ReceiveAsync(buffer.Free, CancellationToken.None);
                    if (part.MessageType == WebSocketMessageType.Close)
                    {
                        return _stream.HasEnded ? SocketEnd.Broken : SocketEnd.Closed;
                    }

                    buffer.Advance(part.Count);
                    end = part.EndOfMessage;
                    if (buffer.Length > maxMessage)
                    {
                        return SocketEnd.TooBig;
                    }

                    // The framework validates text part by part, and not at all when the last part is empty.
                    if (end && !isBinary && part.Count == 0 && !Utf8.IsValid(buffer.Written.Span))
                    {
                        CloseWith(WebSocketClose.NotUtf8);
                        return SocketEnd.Faulted;
                    }
                }

                Volatile.Write(ref _messageBeganAt, long.MaxValue);
                if (!await receive(isBinary ? buffer.Written.ToArray() : buffer.Written, isBinary))
                {
                    return SocketEnd.Refused;
                }
            }
        }
        catch (WebSocketException) when (_stream.Fault is not null)
        {
            return _stream.IsFlooded ? SocketEnd.Flooded : SocketEnd.Faulted;
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            return SocketEnd.Broken;
        }
    }

    /// <summary>
    /// Disposes the transport's own resources. The framework's WebSocket is not disposed, because that would abort the connection: the
    /// client would see a reset instead of a close and lose the last bytes.
    /// </summary>
    public void Dispose() => _cut?.Dispose();

    // A broken connection is a normal end of a socket.
    private static bool IsBroken(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    private void CutInTime()
    {
        lock (_stream)
        {
            _cut ??= _stream.Connection.Time.CreateTimer(
                static state => ((SocketTransport)state!).Abort(), this, CloseTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task WriteCloseAsync()
    {
        lock (_stream)
        {
            if (_isClosing)
            {
                return;
            }

            _isClosing = true;
        }

        CutInTime();
        try
        {
            await _stream.SendAsync(CloseFrame());
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            Abort();
        }

        Ended.TrySetResult();
    }

    private ReadOnlyMemory<byte> CloseFrame() => _close?.Frame
        ?? _stream.Fault
        ?? (!_stream.HasEnded && _socket.CloseStatus is { } status and not WebSocketCloseStatus.Empty
        ? WebSocketFrame.Encode(WebSocketOpcode.Close, [(byte)((ushort)status >> 8), (byte)status])
        : WebSocketFrame.Encode(WebSocketOpcode.Close, []));

    private async ValueTask WriteManyAsync(IReadOnlyList<WireMessage> batch)
    {
        var length = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            length += batch[i].WebSocketFrame.Length;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var at = 0;
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].WebSocketFrame.CopyTo(buffer.AsMemory(at));
                at += batch[i].WebSocketFrame.Length;
            }

            await _stream.SendAsync(buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
