using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Notify.Broker.Remoting;

/// <summary>Transfers the frames of one connection between two nodes, in order in both directions.</summary>
internal sealed partial class NodeLink : AssociationHandle, IDisposable
{
    /// <summary>
    /// The number of queued bytes from which <see cref="Write"/> refuses more. Akka then buffers the message and retries.
    /// </summary>
    public const long MaxQueued = 16L << 20;

    /// <summary>How long a closing link waits for its queued frames, and for the other side to close.</summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    // Akka checks the size of a message before it adds the sender and the recipient.
    private const int Envelope = 4096;
    private const int BufferSize = 64 * 1024;

    private readonly Channel<ByteString> _queue = Channel.CreateUnbounded<ByteString>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SslStream _tls;
    private readonly Socket _socket;
    private readonly int _maxFrame;
    private readonly ILogger _logger;
    private long _queued;

    /// <summary>Creates a link over a connection that both sides have accepted.</summary>
    public NodeLink(Address localAddress, Address remoteAddress, SslStream tls, Socket socket, int maxFrame, ILogger logger)
        : base(localAddress, remoteAddress) =>
        (_tls, _socket, _maxFrame, _logger) = (tls, socket, maxFrame, logger);

    /// <summary>Queues a frame. Returns false when the link is closing, or when its queue is full.</summary>
    public override bool Write(ByteString payload)
    {
        if (Interlocked.Read(ref _queued) > MaxQueued)
        {
            return false;
        }

        Interlocked.Add(ref _queued, payload.Length);
        return _queue.Writer.TryWrite(payload);
    }

    /// <summary>Closes the link after all queued frames are written.</summary>
    [Obsolete("Akka calls this one from the overload that takes a reason.")]
    public override void Disassociate() => Close();

    /// <summary>Closes the link after all queued frames are written.</summary>
    public void Close()
    {
        _queue.Writer.TryComplete();
        _closing.TrySetResult();
    }

    /// <summary>Reads and writes until either side closes the link.</summary>
    public async Task RunAsync()
    {
        var writing = WriteAsync();
        var reading = ReadAsync();

        // The side that closes first has written everything, and continues to read until the other side closes. Closing a socket with
        // unread data would reset it and lose data in transit.
        if (await Task.WhenAny(writing, reading) == writing)
        {
            await Task.WhenAny(reading, Task.Delay(CloseTimeout));
        }

        Close();
        await _ended.CancelAsync();
        await Task.WhenAll(writing, reading);
        await _tls.DisposeAsync();
        _socket.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ended.Dispose();
        _tls.Dispose();
        _socket.Dispose();
    }

    private async Task WriteAsync()
    {
        try
        {
            var output = PipeWriter.Create(_tls, new StreamPipeWriterOptions(minimumBufferSize: BufferSize, leaveOpen: true));
            while (await _queue.Reader.WaitToReadAsync(_ended.Token))
            {
                while (_queue.Reader.TryRead(out var frame))
                {
                    Frames.Write(output, frame);
                    Interlocked.Add(ref _queued, -frame.Length);
                    if (output.UnflushedBytes >= BufferSize)
                    {
                        await output.FlushAsync(_ended.Token);
                    }
                }

                await output.FlushAsync(_ended.Token);
            }

            await _tls.ShutdownAsync();
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            LogEnded(RemoteAddress, exception.Message);
        }
    }

    private async Task ReadAsync()
    {
        // A link that was closed before Akka accepted it has no listener.
        if (await Task.WhenAny(ReadHandlerSource.Task, _closing.Task) != ReadHandlerSource.Task)
        {
            return;
        }

        var listener = await ReadHandlerSource.Task;
        try
        {
            var input = PipeReader.Create(_tls, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
            for (var isOpen = true; isOpen;)
            {
                var read = await input.ReadAsync(_ended.Token);
                var buffer = read.Buffer;
                while (Frames.TryRead(ref buffer, _maxFrame + Envelope, out var frame))
                {
                    if (!frame.IsEmpty && !_closing.Task.IsCompleted)
                    {
                        listener.Notify(new InboundPayload(frame));
                    }
                }

                input.AdvanceTo(buffer.Start, buffer.End);
                isOpen = !read.IsCompleted;
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            LogEnded(RemoteAddress, exception.Message);
        }
        catch (InvalidDataException exception)
        {
            LogMalformed(RemoteAddress, exception.Message);
        }

        listener.Notify(new Disassociated(DisassociateInfo.Unknown));
    }

    private static bool IsEnd(Exception exception) =>
        exception is IOException or SocketException or AuthenticationException or ObjectDisposedException or OperationCanceledException
            or InvalidOperationException;

    [LoggerMessage(1, LogLevel.Debug, "The link to {Node} ended: {Reason}", EventName = "LinkEnded")]
    private partial void LogEnded(Address node, string reason);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "The link to {Node} is closed, because what it sent is not what nodes send: {Reason}",
        EventName = "LinkMalformed")]
    private partial void LogMalformed(Address node, string reason);
}
