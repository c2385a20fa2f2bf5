using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Notify.Server.Listening;

/// <summary>
/// What is written to a connection without TLS. The answers of HTTP go the transport's way, by a thread that sends for many connections,
/// which is cheaper where requests come in numbers. From <see cref="SendDirectly"/> on the thread that writes sends by itself: a socket
/// with room takes a frame at once, and no other thread is woken for it, nor is anything queued or kept. Only what a full socket does not
/// take waits. One writer at a time.
/// </summary>
internal sealed class SocketOutput(PipeWriter transport, Socket socket, ConnectionContext connection) : PipeWriter
{
    private const int BlockSize = 4096;

    private bool _isDirect;
    private bool _isUsed;

    // What is written in pieces between two flushes; nothing at rest.
    private byte[]? _block;
    private int _used;
    private List<ArraySegment<byte>>? _full;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => !_isDirect ? transport.UnflushedBytes : _used + (_full?.Sum(static block => (long)block.Count) ?? 0);

    /// <summary>
    /// From now on whoever writes sends. Not where the transport was given something before: it may have to send it still, and what is
    /// written later must not overtake it.
    /// </summary>
    /// <exception cref="ConnectionResetException">The connection is gone.</exception>
    public void SendDirectly()
    {
        if (!_isUsed)
        {
            // So that a full socket says so, instead of holding the thread.
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

    /// <summary>Sends as a whole; what was sent by a call that is cancelled must still be followed by its rest, so there is no cancelling.</summary>
    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
        _isDirect && _block is null ? SendAsync(source) : base.WriteAsync(source, cancellationToken);

    /// <summary>What waits for a full socket is not interrupted; it ends with the connection.</summary>
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

    // As with the transport's own output, whoever writes to a broken connection is told by the connection's end, not by an exception.
    private FlushResult Broken()
    {
        connection.Abort(new ConnectionAbortedException("The connection can be written to no longer."));
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
