using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Features;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.WebSockets;

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

    private readonly HttpContext _context;
    private readonly WebSocket _socket;
    private readonly UpgradedStream _stream;
    private readonly CancellationTokenSource _ended = new();

    private SocketTransport(HttpContext context, WebSocket socket, UpgradedStream stream)
    {
        _context = context;
        _socket = socket;
        _stream = stream;
    }

    public int MaxMessages => int.MaxValue;

    /// <summary>Answers the handshake. The request must be a WebSocket request.</summary>
    public static async Task<SocketTransport> AcceptAsync(HttpContext context)
    {
        var socket = await context.WebSockets.AcceptWebSocketAsync();
        var capture = (UpgradeCapture)context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        return new SocketTransport(context, socket, capture.Stream!);
    }

    public bool TryAcquire() => true;

    /// <summary>From now on a writer writes here, and what the WebSocket has to say itself is queued for it.</summary>
    public void BindTo(Outbox outbox) => _stream.Redirect = frame => outbox.Write(WireMessage.Frame(frame));

    /// <summary>Writes one frame from the receiving thread, before a writer has taken over.</summary>
    public ValueTask WriteDirectAsync(WireMessage message) => _stream.Inner.WriteAsync(message.WebSocketFrame, _ended.Token);

    public ValueTask WriteAsync(IReadOnlyList<WireMessage> batch) =>
        batch.Count == 1 ? _stream.Inner.WriteAsync(batch[0].WebSocketFrame) : WriteManyAsync(batch);

    public void Complete() => _ = CloseAsync();

    public void Abort() => _context.Abort();

    /// <summary>Sends an empty close frame, or one with a status, and cuts the connection if the client does not answer it.</summary>
    public async Task CloseAsync(WebSocketCloseStatus? status = null)
    {
        try
        {
            await _stream.Inner.WriteAsync(status is { } code ? CloseFrame((ushort)code) : CloseFrame());
            await Task.Delay(CloseTimeout, _ended.Token);
            Abort();
        }
        catch (OperationCanceledException)
        {
            // The client closed in time.
        }
        catch (IOException)
        {
            Abort();
        }
    }

    /// <summary>
    /// Receives until the client closes. The text that <paramref name="receive"/> is given is valid during the call only, binary data may
    /// be kept; false from it ends the loop. Returns null when the client closed, or why the loop ended.
    /// </summary>
    public async Task<WebSocketCloseStatus?> ReceiveAsync(int maxMessage, Func<ReadOnlyMemory<byte>, bool, ValueTask<bool>> receive)
    {
        try
        {
            while (true)
            {
                var first = await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (first.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                var isBinary = first.MessageType == WebSocketMessageType.Binary;
                var buffer = ArrayPool<byte>.Shared.Rent(ReceiveBuffer);
                try
                {
                    var length = 0;
                    var end = first.EndOfMessage;
                    while (!end)
                    {
                        if (length > maxMessage)
                        {
                            return WebSocketCloseStatus.MessageTooBig;
                        }

                        if (length == buffer.Length)
                        {
                            buffer = Grow(buffer);
                        }

                        var part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                        if (part.MessageType == WebSocketMessageType.Close)
                        {
                            return null;
                        }

                        length += part.Count;
                        end = part.EndOfMessage;
                    }

                    if (length > maxMessage)
                    {
                        return WebSocketCloseStatus.MessageTooBig;
                    }

                    ReadOnlyMemory<byte> message = isBinary ? buffer.AsSpan(0, length).ToArray() : buffer.AsMemory(0, length);
                    if (!await receive(message, isBinary))
                    {
                        return WebSocketCloseStatus.NormalClosure;
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // A connection that breaks is a normal end of a socket.
            return WebSocketCloseStatus.EndpointUnavailable;
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        _socket.Dispose();
        _ended.Dispose();
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static byte[] CloseFrame() => WebSocketFrame.Encode(WebSocketOpcode.Close, []);

    private static byte[] CloseFrame(ushort code) => WebSocketFrame.Encode(WebSocketOpcode.Close, [(byte)(code >> 8), (byte)code]);

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

            await _stream.Inner.WriteAsync(buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
