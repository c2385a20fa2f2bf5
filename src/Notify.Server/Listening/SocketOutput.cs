using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Notify.Server.Listening;

/// <summary>
/// Writes to a connection. HTTP responses, and all data of a connection with TLS, go through a pipe and are sent by the thread pool. This
/// is cheaper for many requests, because responses that are ready together leave together. From <see cref="SendDirectly"/> on, the writing
/// thread sends by itself: a socket with room accepts a frame at once, no other thread is woken, and nothing is queued or stored. Only data
/// that a full socket does not accept waits. Supports one writer at a time.
/// </summary>
internal sealed class SocketOutput(AcceptedConnection connection, PipeOptions responses) : PipeWriter
{
    private const int BlockSize = 4096;

    private bool _isDirect;
    private bool _isCompleted;

    // From the first response on; null for a WebSocket that was the connection's first request.
    private Pipe? _responses;
    private Task _sending = Task.CompletedTask;

    // The data written between two flushes; null when idle.
    private byte[]? _block;
    private int _used;
    private List<ArraySegment<byte>>? _full;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _isDirect
        ? _used + (_full?.Sum(static block => (long)block.Count) ?? 0)
        : _responses?.Writer.UnflushedBytes ?? 0;

    private PipeWriter Responses
    {
        get
        {
            if (_responses is { } existing)
            {
                return existing.Writer;
            }

            if (_isCompleted)
            {
                throw new InvalidOperationException("The output of the connection is completed.");
            }

            var created = new Pipe(responses);
            Volatile.Write(ref _responses, created);
            _sending = SendResponsesAsync(created.Reader);
            return created.Writer;
        }
    }

    /// <summary>
    /// Sends directly from now on. Has no effect after responses, because the pipe may still have to send them, and later data must not
    /// overtake them.
    /// </summary>
    public void SendDirectly() => _isDirect = _responses is null;

    /// <summary>Ends the sending of responses after the socket was closed.</summary>
    public void Stop() => Volatile.Read(ref _responses)?.Reader.CancelPendingRead();

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (!_isDirect)
        {
            return Responses.GetMemory(sizeHint);
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
            Responses.Advance(bytes);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (!_isDirect)
        {
            return _responses?.Writer.FlushAsync(cancellationToken) ?? default;
        }

        if (_full is not null)
        {
            return FlushBlocksAsync();
        }

        if (_block is null)
        {
            return default;
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
    /// Cancels only a flush of responses. Data that waits for a full socket is not interrupted; the wait ends with the connection.
    /// </summary>
    public override void CancelPendingFlush() => _responses?.Writer.CancelPendingFlush();

    /// <summary>Closes the connection after its responses were sent.</summary>
    public override void Complete(Exception? exception = null)
    {
        _isCompleted = true;
        Release();
        if (_responses is { } pipe)
        {
            pipe.Writer.Complete(exception);
        }
        else
        {
            connection.End(exception);
        }
    }

    /// <summary>Works like <see cref="Complete"/>, and waits until the responses were sent and the connection is closed.</summary>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        Complete(exception);
        await _sending;
    }

    private async Task SendResponsesAsync(PipeReader reader)
    {
        Exception? failure = null;
        try
        {
            while (await reader.ReadAsync() is { IsCanceled: false } read)
            {
                // What a broken connection did not take stays in the pipe, so that a flush that waits is completed and not just continued.
                if (!await TrySendAsync(read.Buffer))
                {
                    break;
                }

                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception exception)
        {
            // The writer has completed with an error.
            failure = exception;
        }

        connection.End(failure);
        await reader.CompleteAsync();
    }

    // Returns false for a broken connection.
    private async ValueTask<bool> TrySendAsync(ReadOnlySequence<byte> data)
    {
        foreach (var block in data)
        {
            if ((await SendAsync(block)).IsCompleted)
            {
                return false;
            }
        }

        return true;
    }

    private ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> data)
    {
        int sent;
        SocketError error;
        try
        {
            sent = connection.Socket.Send(data.Span, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            return ValueTask.FromResult(Broken());
        }

        return error switch
        {
            SocketError.Success when sent == data.Length => default,
            SocketError.Success or SocketError.WouldBlock => SendRestAsync(data[sent..]),
            _ => ValueTask.FromResult(Broken()),
        };
    }

    private async ValueTask<FlushResult> SendRestAsync(ReadOnlyMemory<byte> rest)
    {
        try
        {
            await connection.Socket.SendAsync(rest, SocketFlags.None);
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

    // Like the output of any connection of the host, a write to a broken connection reports the end of the connection and does not throw.
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
