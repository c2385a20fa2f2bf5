using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Notify.Server.Listening;

/// <summary>
/// Writes to a connection without TLS. HTTP responses go through the transport, whose threads send for many connections, which is cheaper
/// for many requests. From <see cref="SendDirectly"/> on the writing thread sends by itself: a socket with room accepts a frame at once, no
/// other thread is woken, and nothing is queued or stored. Only data that a full socket does not accept waits. Supports one writer at a
/// time.
/// </summary>
internal sealed class SocketOutput(PipeWriter transport, Socket socket, ConnectionContext connection) : PipeWriter
{
    private const int BlockSize = 4096;

    private bool _isDirect;
    private bool _isUsed;

    // The data written between two flushes; null when idle.
    private byte[]? _block;
    private int _used;
    private List<ArraySegment<byte>>? _full;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes =>
        !_isDirect ? transport.UnflushedBytes : _used + (_full?.Sum(static block => (long)block.Count) ?? 0);

    /// <summary>
    /// Sends directly from now on. Has no effect after earlier writes to the transport, because the transport may still have to send them,
    /// and later data must not overtake them.
    /// </summary>
    /// <exception cref="ConnectionResetException">The connection has ended.</exception>
    public void SendDirectly()
    {
        if (!_isUsed)
        {
            // Non-blocking, so that a full socket reports it instead of blocking the thread.
            try
            {
                socket.Blocking = false;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                throw new ConnectionResetException("The connection has ended.", exception);
            }

            _isDirect = true;
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (!_isDirect)
        {
            return transport.GetMemory(sizeHint);
        }

        if (_block is not null && _block.Length - _used < Math.Max(sizeHint, 1))
        {
            (_full ??= []).Add(new ArraySegment<byte>(_block, 0, _used));
            _block = null;
            _used = 0;
        }

        _block ??= ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, BlockSize));
        return _block.AsMemory(_used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_isDirect)
        {
            _used += bytes;
        }
        else
        {
            _isUsed = true;
            transport.Advance(bytes);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!_isDirect)
        {
            return transport.FlushAsync(cancellationToken);
        }

        if (_full is not null)
        {
            return FlushBlocksAsync();
        }

        if (_block is null)
        {
            return ValueTask.FromResult(default(FlushResult));
        }

        var flush = SendAsync(_block.AsMemory(0, _used));
        if (!flush.IsCompletedSuccessfully)
        {
            return FlushBlockAsync(flush);
        }

        Release();
        return flush;
    }

    /// <summary>Sends all of the data. The call cannot be cancelled, because a partly sent frame must be completed.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _isDirect && _block is null ? SendAsync(source) : base.WriteAsync(source, cancellationToken);

    /// <summary>
    /// Cancels only a flush of the transport. Data that waits for a full socket is not interrupted; the wait ends with the connection.
    /// </summary>
    public override void CancelPendingFlush() => transport.CancelPendingFlush();

    public override void Complete(Exception? exception = null)
    {
        Release();
        transport.Complete(exception);
    }

    private ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> data)
    {
        int sent;
        SocketError error;
        try
        {
            sent = socket.Send(data.Span, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            return ValueTask.FromResult(Broken());
        }

        return error switch
        {
            SocketError.Success when sent == data.Length => ValueTask.FromResult(default(FlushResult)),
            SocketError.Success or SocketError.WouldBlock => SendRestAsync(data[sent..]),
            _ => ValueTask.FromResult(Broken()),
        };
    }

    private async ValueTask<FlushResult> SendRestAsync(ReadOnlyMemory<byte> rest)
    {
        try
        {
            await socket.SendAsync(rest, SocketFlags.None);
            return default;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return Broken();
        }
    }

    private async ValueTask<FlushResult> FlushBlockAsync(ValueTask<FlushResult> flush)
    {
        var result = await flush;
        Release();
        return result;
    }

    private async ValueTask<FlushResult> FlushBlocksAsync()
    {
        _full!.Add(new ArraySegment<byte>(_block!, 0, _used));
        _block = null;
        _used = 0;
        FlushResult result = default;
        foreach (var block in _full)
        {
            result = result.IsCompleted ? result : await SendAsync(block);
        }

        Release();
        return result;
    }

    // Like the transport's own output, a write to a broken connection reports the end of the connection and does not throw.
    private FlushResult Broken()
    {
        connection.Abort(new ConnectionAbortedException("The connection can no longer be written to."));
        return new FlushResult(isCanceled: false, isCompleted: true);
    }

    private void Release()
    {
        foreach (var block in _full ?? [])
        {
            ArrayPool<byte>.Shared.Return(block.Array!);
        }

        if (_block is not null)
        {
            ArrayPool<byte>.Shared.Return(_block);
        }

        _full = null;
        _block = null;
        _used = 0;
    }
}
