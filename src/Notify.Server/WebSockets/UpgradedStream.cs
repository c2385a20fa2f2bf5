using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.WebSockets;
using Notify.Server.Listening;

namespace Notify.Server.WebSockets;

/// <summary>
/// Provides the framework's WebSocket with the stream of an upgraded connection. The WebSocket reads from it, and its own writes (pongs)
/// are queued for <see cref="Writer"/>, because a socket has one writer.
/// </summary>
internal sealed class UpgradedStream(ClientConnection connection) : Stream
{
    private const byte OpcodeMask = 0x0F;

    // Masked, as all frames of clients.
    private static ReadOnlySpan<byte> EmptyClose => [0x80 | (byte)WebSocketOpcode.Close, 0x80, 0, 0, 0, 0];

    private FrameMeter _meter;

    /// <summary>Gets the connection.</summary>
    public ClientConnection Connection { get; } = connection;

    /// <summary>Gets or sets the queue of the socket's writer; null while the WebSocket writes directly to the connection.</summary>
    public SendQueue? Writer { get; set; }

    /// <summary>
    /// Gets the WebSocket's close frame for a faulty connection, which the socket's owner sends; null while there is no fault.
    /// </summary>
    public ReadOnlyMemory<byte>? Fault { get; private set; }

    /// <summary>Gets whether the client sent too many frames without content. <see cref="Fault"/> is then set as well.</summary>
    public bool IsFlooded { get; private set; }

    /// <summary>
    /// Gets whether the input has ended without a close frame. The WebSocket then reads an empty close frame, because its exception would
    /// cost about 4 % of the CPU of a reconnect, and clients often leave this way.
    /// </summary>
    public bool HasEnded { get; private set; }

    /// <summary>Gets the time of the last received data, in milliseconds of the monotonic clock.</summary>
    public long HeardAt { get; private set; } = connection.Time.GetMilliseconds();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await Connection.Input.ReadAsync(cancellationToken);
            var length = (int)Math.Min(buffer.Length, result.Buffer.Length);
            var part = result.Buffer.Slice(0, length);
            part.CopyTo(buffer.Span);
            var isInterrupted = result is { IsCanceled: true, IsCompleted: false, Buffer.IsEmpty: true };
            Connection.Input.AdvanceTo(part.End);

            if (length == 0 && result.IsCompleted && buffer.Length >= EmptyClose.Length
                && !HasEnded && Fault is null && _meter.IsBetweenFrames)
            {
                HasEnded = true;
                EmptyClose.CopyTo(buffer.Span);
                return EmptyClose.Length;
            }

            // An idle WebSocket waits with an empty buffer, and provides a buffer only when data has arrived.
            if (!buffer.IsEmpty)
            {
                HeardAt = Connection.Time.GetMilliseconds();

                // After a fault the data is discarded without parsing it.
                if (Fault is null && !_meter.TryRead(buffer.Span[..length], HeardAt))
                {
                    IsFlooded = !_meter.IsUnmasked;
                    Fault = (IsFlooded ? WebSocketClose.TooManyFrames : WebSocketClose.ProtocolError).Frame;
                    throw new IOException(IsFlooded
                        ? "The client sends too many WebSocket frames without content."
                        : "The client sends a WebSocket frame without a mask.");
                }
            }

            // HTTP interrupts the read for a purpose of its own before it ends.
            if (!isInterrupted)
            {
                return length;
            }
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Writer is not { } writer)
        {
            return SendAsync(buffer);
        }

        if ((buffer.Span[0] & OpcodeMask) == (byte)WebSocketOpcode.Close)
        {
            Fault = buffer.ToArray();
        }
        else
        {
            writer.Write(WireMessage.Frame(buffer));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Sends encoded data. Only one call may be active at a time.</summary>
    /// <exception cref="ConnectionResetException">The connection has ended.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        try
        {
            var write = Connection.Output.WriteAsync(data);
            return write.IsCompletedSuccessfully ? Check(write.Result) : AwaitAsync(write);
        }
        catch (InvalidOperationException exception)
        {
            // The host has completed or disposed of the output because the connection has ended.
            return ValueTask.FromException(new ConnectionResetException("The connection has ended.", exception));
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static async ValueTask AwaitAsync(ValueTask<FlushResult> write)
    {
        await Check(await write);
    }

    private static ValueTask Check(FlushResult result) =>
        result.IsCompleted ? ValueTask.FromException(new ConnectionResetException("The connection is gone.")) : ValueTask.CompletedTask;
}
