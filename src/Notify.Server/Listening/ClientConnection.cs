using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>
/// Represents a client's connection: first HTTP, and then the WebSocket that a request has upgraded to. HTTP needs several times the memory
/// of a WebSocket. When a request upgrades, HTTP therefore ends, and the WebSocket continues here.
/// </summary>
internal sealed class ClientConnection : IConnectionHeartbeatFeature
{
    // How long a connection may be open, after TLS if there is any, before its first byte arrives.
    private const long FirstByteTimeout = 10_000;

    private readonly ConnectionContext _context;
    private readonly SocketOutput? _output;
    private (Action<object> Action, object State)? _beat;
    private Func<Task>? _next;
    private long _firstByteBy;

    private ClientConnection(ConnectionContext context, ReceiveAccount received, TimeProvider time)
    {
        _context = context;
        Received = received;
        Time = time;
        _firstByteBy = time.GetMilliseconds() + FirstByteTimeout;

        // With TLS the output is another one, which encrypts.
        _output = context.Transport.Output as SocketOutput;
    }

    /// <summary>Returns the connection of a request, whose listener must use <see cref="ConnectionLimitExtensions"/>.</summary>
    public static ClientConnection Of(HttpContext context) =>
        (ClientConnection)context.Features.GetRequiredFeature<IConnectionHeartbeatFeature>();

    /// <summary>Gets the memory account for unfinished input.</summary>
    public ReceiveAccount Received { get; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Gets the client's input. While HTTP runs, only the request that has upgraded may read it.</summary>
    public PipeReader Input => _context.Transport.Input;

    /// <summary>
    /// Gets the output to the client. On a broken connection its flushes are completed; after the end of the connection it may throw.
    /// </summary>
    public PipeWriter Output => _context.Transport.Output;

    /// <summary>Gets a token that is cancelled when the client's input ends or the connection is lost.</summary>
    public CancellationToken Closed => _context.ConnectionClosed;

    /// <summary>Serves a connection to its end.</summary>
    public static async Task RunAsync(ConnectionContext context, ConnectionDelegate http, ReceiveAccount received, TimeProvider time)
    {
        var connection = new ClientConnection(context, received, time);
        context.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((ClientConnection)state).Beat(), connection);

        // Replaces a feature of HTTP, because an additional feature would double the size of the feature list.
        context.Features.Set<IConnectionHeartbeatFeature>(connection);
        if (!await connection.HasBegunAsync())
        {
            return;
        }

        await http(context);

        // Releases HTTP: its heartbeat is the last reference to it, and its timeouts do not apply to the WebSocket.
        connection._beat = null;
        if (connection.TakeNext() is { } next)
        {
            await next();
        }
    }

    /// <summary>Prepares the output for an upgrade. From here on it may be sent in another way than HTTP responses.</summary>
    public void BeginUpgrade() => _output?.SendDirectly();

    /// <summary>
    /// Sets the function that serves the connection after the request and HTTP have ended. Only the request that has upgraded calls it,
    /// once.
    /// </summary>
    public void Then(Func<Task> next) => _next = next;

    /// <summary>Closes the connection at once.</summary>
    public void Abort() => _context.Abort();

    /// <inheritdoc />
    void IConnectionHeartbeatFeature.OnHeartbeat(Action<object> action, object state) => _beat = (action, state);

    // Waits for the first byte without consuming it. HTTP would wait as long as between two requests.
    private async Task<bool> HasBegunAsync()
    {
        try
        {
            var read = await Input.ReadAsync();
            Input.AdvanceTo(read.Buffer.Start);
            _firstByteBy = long.MaxValue;
            return !read.Buffer.IsEmpty;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The connection broke, or was closed because nothing arrived.
            return false;
        }
    }

    private void Beat()
    {
        if (Time.GetMilliseconds() >= _firstByteBy)
        {
            _context.Abort(new ConnectionAbortedException("The client sent nothing."));
        }

        if (_beat is var (action, state))
        {
            action(state);
        }
    }

    private Func<Task>? TakeNext()
    {
        var next = _next;
        _next = null;
        return next;
    }
}
