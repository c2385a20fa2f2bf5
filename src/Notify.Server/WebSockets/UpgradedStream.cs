using Notify.Broker.Connections;
using Notify.Protocol;

namespace Notify.Server.WebSockets;

/// <summary>
/// The stream of an upgraded connection as the framework's WebSocket sees it: it reads from it, and what it would write by itself
/// (pongs) is queued for <see cref="Writer"/>, because one socket has one writer.
/// </summary>
internal sealed class UpgradedStream(Stream inner) : Stream
{
    /// <summary>The connection itself, for the writer.</summary>
    public Stream Inner { get; } = inner;

    /// <summary>The queue of the socket's writer; null: what the WebSocket writes goes straight to the connection.</summary>
    public Outbox? Writer { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Writer is not { } writer)
        {
            return Inner.WriteAsync(buffer, cancellationToken);
        }

        writer.Write(WireMessage.Frame(buffer));
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
