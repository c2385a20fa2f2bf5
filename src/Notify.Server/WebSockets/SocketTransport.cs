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
/// One accepted WebSocket: receives whole messages with no buffer held while idle, and writes ready frames to the upgraded stream as
/// they are. Until a writer has taken it over (<see cref="BindTo"/>) only the receiving thread writes, one frame at a time.
/// </summary>
internal sealed class SocketTransport : ITransport, IDisposable
{
    private const int ReceiveBuffer = 4096;

    // How long the client may take to answer a close frame before the connection is cut.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    // Engine.IO has heartbeats of its own, and so has the plain protocol; pings by the framework would be a second clock for each socket.
    private static readonly WebSocketCreationOptions AsServer = new() { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan };

    private readonly WebSocket _socket;
    private readonly UpgradedStream _stream;
    private TaskCompletionSource? _ended;
    private Timer? _cut;
    private WebSocketClose? _close;
    private long _messageBeganAt = long.MaxValue;
    private bool _isClosing;

    private SocketTransport(WebSocket socket, UpgradedStream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>When something was last received, in milliseconds of the monotonic clock.</summary>
    public long HeardAt => _stream.HeardAt;

    /// <summary>When the message began that is being received, on the same clock; <see cref="long.MaxValue"/> for none.</summary>
    public long MessageBeganAt => Volatile.Read(ref _messageBeganAt);

    public int MaxMessages => int.MaxValue;

    /// <summary>Cancelled when the client sends no more, or the connection is gone.</summary>
    public CancellationToken Closed => _stream.Connection.Closed;

    // Made when a connection ends, so that an idle one pays nothing for it.
    private TaskCompletionSource Ended =>
        LazyInitializer.EnsureInitialized(ref _ended, static () => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Answers the handshake. The request must be a WebSocket request.</summary>
    public static async Task<SocketTransport> AcceptAsync(HttpContext context)
    {
        // Browsers end a WebSocket whose offers were not answered. As the original does, the first is taken; nothing here depends on it.
        var offered = context.WebSockets.WebSocketRequestedProtocols;
        await context.WebSockets.AcceptWebSocketAsync(offered.Count > 0 && HeaderText.IsToken(offered[0]) ? offered[0] : null);
        var stream = ((UpgradeCapture)context.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Stream!;

        // The one that was accepted would keep the request for as long as it lives.
        return new SocketTransport(WebSocket.CreateFromStream(stream, AsServer), stream);
    }

    /// <summary>What the WebSocket is served by once its request is over. Said once; without it the connection ends with the request.</summary>
    public void RunAfterUpgrade(Func<Task> serve) => _stream.Connection.Then(serve);

    public bool TryAcquire() => true;

    /// <summary>From now on a writer writes here, and what the WebSocket has to say itself is queued for it.</summary>
    public void BindTo(SendQueue outbox) => _stream.Writer = outbox;

    /// <summary>Writes one frame from the receiving thread, before a writer has taken over.</summary>
    public ValueTask WriteDirectAsync(WireMessage message) => _stream.SendAsync(message.WebSocketFrame);

    public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch) =>
        batch.Count == 1 ? _stream.SendAsync(batch[0].WebSocketFrame) : WriteManyAsync(batch);

    public void Complete() => _ = WriteCloseAsync();

    public void Abort()
    {
        _stream.Connection.Abort();
        Ended.TrySetResult();
    }

    /// <summary>Names what the close frame says; without it an empty one is sent, or the client's own status, or what its fault calls for.</summary>
    public void CloseWith(WebSocketClose close) => _close = close;

    /// <summary>Closes from the receiving thread, before a writer has taken over.</summary>
    public async Task CloseAsync()
    {
        using var own = this;
        await WriteCloseAsync();
        await DrainAsync();
    }

    /// <summary>Waits until the writer has written the close frame, or the connection is gone.</summary>
    public async Task WaitForEndAsync()
    {
        try
        {
            await Ended.Task.WaitAsync(CloseTimeout);
        }
        catch (TimeoutException)
        {
            // The client does not take what is written.
            Abort();
        }
    }

    /// <summary>Receives, and throws away, until the client's close frame: a connection closed with unread data loses what was written to it.</summary>
    public async Task DrainAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBuffer);
        try
        {
            while (_socket.State is WebSocketState.Open && (await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // Gone without a close frame, or cut because none came.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>As <see cref="DrainAsync"/>, for a connection of which nothing can be understood any more: until its end, or until it is cut.</summary>
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
            // Gone, or cut because it did not go by itself.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Receives until the connection ends. The text that <paramref name="receive"/> is given is valid during the call only, binary data
    /// may be kept; false from it ends the loop.
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
                    return SocketEnd.Closed;
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
                        return SocketEnd.Closed;
                    }

                    buffer.Advance(part.Count);
                    end = part.EndOfMessage;
                    if (buffer.Length > maxMessage)
                    {
                        return SocketEnd.TooBig;
                    }

                    // The framework checks text part by part, and not at all where the last part is empty.
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
    /// Ends what belongs to the transport. The framework's WebSocket is left as it is: to dispose it is to abort the connection, and the
    /// client then finds it reset instead of closed, with the last bytes lost.
    /// </summary>
    public void Dispose() => _cut?.Dispose();

    // A connection that breaks is a normal end of a socket.
    private static bool IsBroken(Exception exception) =>
        exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;

    private async Task WriteCloseAsync()
    {
        lock (_stream)
        {
            if (_isClosing)
            {
                return;
            }

            _isClosing = true;
            _cut = new Timer(static state => ((SocketTransport)state!).Abort(), this, CloseTimeout, Timeout.InfiniteTimeSpan);
        }

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

    private ReadOnlyMemory<byte> CloseFrame() => _close?.Frame ?? _stream.Fault ?? (_socket.CloseStatus is { } status and not WebSocketCloseStatus.Empty
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
