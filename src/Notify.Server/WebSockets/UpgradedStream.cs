using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.WebSockets;

namespace Notify.Server.WebSockets;

/// <summary>
/// The stream of an upgraded connection as the framework's WebSocket sees it: it reads from it, and what it would write by itself
/// (pongs) is queued for <see cref="Writer"/>, because one socket has one writer.
/// </summary>
internal sealed class UpgradedStream(Stream inner) : Stream
{
    private const byte OpcodeMask = 0x0F;

    /// <summary>The connection itself, for the writer.</summary>
    public Stream Inner { get; } = inner;

    /// <summary>The queue of the socket's writer; null: what the WebSocket writes goes straight to the connection.</summary>
    public Outbox? Writer { get; set; }

    /// <summary>The close frame that the WebSocket would end a faulty connection with, which is left to the socket's owner; null while there is no fault.</summary>
    public ReadOnlyMemory<byte>? Fault { get; private set; }

    /// <summary>When something was last received, in milliseconds of the monotonic clock.</summary>
    public long HeardAt { get; private set; } = MonotonicClock.Now;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // An idle WebSocket waits by an empty read; it gives a buffer only when something has come.
        if (!buffer.IsEmpty)
        {
            HeardAt = MonotonicClock.Now;
        }

        return Inner.ReadAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Writer is not { } writer)
        {
            return Inner.WriteAsync(buffer, cancellationToken);
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

    public override Task FlushAsync(CancellationToken cancellationToken) => Writer is null ? Inner.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
