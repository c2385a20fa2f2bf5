using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>
/// Represents an accepted TCP connection. Kestrel's own class keeps a pipe and a loop for HTTP responses after the upgrade to a WebSocket,
/// and sometimes holds a buffer while it waits for data. This class does neither. A connection is counted until its socket is closed, which
/// may be long after its last request.
/// </summary>
internal sealed partial class AcceptedConnection
    : ConnectionContext,
        IConnectionIdFeature,
        IConnectionItemsFeature,
        IConnectionLifetimeFeature,
        IConnectionSocketFeature,
        IConnectionTransportFeature,
        IDuplexPipe,
        IMemoryPoolFeature
{
    // The most data of one call to the socket: a block of the memory pool.
    private const int MaxReceived = 4096;

    private static readonly ConnectionAbortedException Graceful = new("The server has closed the connection.");

    [ThreadStatic]
    private static byte[]? _received;

    private static long _lastId;

    private readonly Pipe _input;
    private readonly SocketOutput _output;
    private readonly SocketReadiness _readiness = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly SocketPlace _place;
    private readonly ILogger _logger;

    private string? _id;
    private IDictionary<object, object?>? _items;
    private Task _receiving = Task.CompletedTask;
    private Exception? _end;
    private int _isDisposed;

    /// <summary>Creates the connection of a socket. It receives from <see cref="Start"/> on.</summary>
    public AcceptedConnection(Socket socket, SocketPlace place, ConnectionSetup setup)
    {
        // A full or an empty socket reports it instead of blocking the thread.
        socket.Blocking = false;
        Socket = socket;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        MemoryPool = setup.Memory;
        Features = new ConnectionFeatures(this);
        _place = place;
        _logger = setup.Logger;
        _input = new Pipe(setup.Input);
        _output = new SocketOutput(this, setup.Output);
        Transport = this;
    }

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref _lastId).ToString("X13", CultureInfo.InvariantCulture);
        set => _id = value;
    }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport { get; set; }

    public Socket Socket { get; }

    public MemoryPool<byte> MemoryPool { get; }

    PipeReader IDuplexPipe.Input => _input.Reader;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Begins to receive.</summary>
    public void Start() => _receiving = ReceiveAsync();

    public override void Abort() => Abort(new ConnectionAbortedException("The server has aborted the connection."));

    public override void Abort(ConnectionAbortedException abortReason) => End(abortReason);

    /// <summary>
    /// Closes the socket, unless it is closed already. Without a failure the system still sends what was written; with a failure the client
    /// sees a reset.
    /// </summary>
    public void End(Exception? failure)
    {
        if (Interlocked.CompareExchange(ref _end, failure ?? Graceful, null) is not null)
        {
            return;
        }

        if (failure is null)
        {
            try
            {
                Socket.Shutdown(SocketShutdown.Both);
            }
            catch (SocketException)
            {
                // The client was faster.
            }

            Socket.Dispose();
        }
        else
        {
            Socket.Close(timeout: 0);
        }

        // A loop that waits for the other end of its pipe does not notice that the socket is closed.
        _input.Writer.CancelPendingFlush();
        _output.Stop();
    }

    /// <summary>Sends what is left of the responses and closes the connection.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await CloseAsync();
        }

        await base.DisposeAsync();
    }

    private static ConnectionResetException Failure(SocketError error)
    {
        var exception = new SocketException((int)error);
        return new ConnectionResetException(exception.Message, exception);
    }

    private async Task CloseAsync()
    {
        try
        {
            await _input.Reader.CompleteAsync();
            await _output.CompleteAsync();
            End(failure: null);
            await _receiving;
        }
        finally
        {
            _readiness.Dispose();
            _closed.Dispose();
            _place.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            while (true)
            {
                var result = await _readiness.WaitAsync(Socket);
                var length = 0;
                if (result == SocketError.Success)
                {
                    result = Receive(out length);
                }

                // The system may report data that an earlier call has received already.
                if (result == SocketError.WouldBlock)
                {
                    continue;
                }

                failure = result == SocketError.Success ? null : Failure(result);
                if (length == 0 || await _input.Writer.FlushAsync() is { IsCompleted: true } or { IsCanceled: true })
                {
                    break;
                }
            }
        }
        catch (ObjectDisposedException exception)
        {
            // The connection was closed between two calls.
            failure = exception;
        }
        finally
        {
            await EndInputAsync(failure);
        }
    }

    private async Task EndInputAsync(Exception? failure)
    {
        await _input.Writer.CompleteAsync(Volatile.Read(ref _end) ?? failure);
        try
        {
            await _closed.CancelAsync();
        }
        catch (AggregateException exception)
        {
            LogCallbackFailed(exception);
        }
    }

    // Receives into a buffer of the thread, so that no block of the pool is held when there is no data.
    private SocketError Receive(out int length)
    {
        var buffer = _received ??= new byte[MaxReceived];
        length = Socket.Receive(buffer, SocketFlags.None, out var error);
        if (length > 0)
        {
            _input.Writer.Write(buffer.AsSpan(0, length));
        }

        return error;
    }

    [LoggerMessage(1, LogLevel.Error, "A callback for the end of a connection failed.", EventName = "EndCallbackFailed")]
    private partial void LogCallbackFailed(Exception exception);
}
