using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server.Listening;

/// <summary>
/// One connection of a client: HTTP at first, and then what a request has made of it. What HTTP keeps of a connection is several times
/// what a WebSocket needs, so a request that upgrades ends, HTTP with it, and the WebSocket goes on here.
/// </summary>
internal sealed class ClientConnection : IConnectionHeartbeatFeature
{
    // How long a connection may be open, after TLS if there is any, before something comes by it.
    private const long FirstByteTimeout = 10_000;

    private readonly ConnectionContext _context;
    private readonly SocketOutput? _output;
    private (Action<object> Action, object State)? _beat;
    private Func<Task>? _next;
    private long _firstByteBy = MonotonicClock.Now + FirstByteTimeout;

    private ClientConnection(ConnectionContext context, ReceiveAccount received)
    {
        _context = context;
        Received = received;
        if (context.Features.Get<ITlsHandshakeFeature>() is null && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            _output = new SocketOutput(context.Transport.Output, socket, context);
            context.Transport = new Transport(context.Transport.Input, _output);
        }
    }

    /// <summary>The connection that a request came by; it must have been listened to for clients. See <see cref="ConnectionLimitExtensions"/>.</summary>
    public static ClientConnection Of(HttpContext context) => (ClientConnection)context.Features.GetRequiredFeature<IConnectionHeartbeatFeature>();

    /// <summary>The memory of what clients have begun to send.</summary>
    public ReceiveAccount Received { get; }

    /// <summary>What the client sends. Not to be read beside HTTP, except by the request that has upgraded.</summary>
    public PipeReader Input => _context.Transport.Input;

    /// <summary>What the client is sent. Says of a broken connection that it is completed; once the connection has ended it may throw.</summary>
    public PipeWriter Output => _context.Transport.Output;

    /// <summary>Cancelled when the client sends no more, or the connection is gone.</summary>
    public CancellationToken Closed => _context.ConnectionClosed;

    /// <summary>Serves a connection to its end.</summary>
    public static async Task RunAsync(ConnectionContext context, ConnectionDelegate http, ReceiveAccount received)
    {
        var connection = new ClientConnection(context, received);
        context.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((ClientConnection)state).Beat(), connection);

        // Found by the feature that it takes the place of: one more would double the list of them.
        context.Features.Set<IConnectionHeartbeatFeature>(connection);
        if (!await connection.HasBegunAsync())
        {
            return;
        }

        await http(context);

        // The clock of HTTP is the last that holds on to it; its time-outs are not those of what follows.
        connection._beat = null;
        if (connection.TakeNext() is { } next)
        {
            await next();
        }
    }

    /// <summary>A request is about to upgrade: what is written from here on may be sent in another way than what HTTP answers.</summary>
    public void BeginUpgrade() => _output?.SendDirectly();

    /// <summary>What the connection is served by once the request, and HTTP with it, is over. Said once, by the request that has upgraded.</summary>
    public void Then(Func<Task> next) => _next = next;

    /// <summary>Ends the connection at once.</summary>
    public void Abort() => _context.Abort();

    /// <inheritdoc />
    void IConnectionHeartbeatFeature.OnHeartbeat(Action<object> action, object state) => _beat = (action, state);

    // Waits for the first byte, and leaves it to be read. HTTP would wait for it as long as it keeps a connection between two requests.
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
            // It broke, or was ended because nothing came.
            return false;
        }
    }

    private void Beat()
    {
        if (MonotonicClock.Now >= _firstByteBy)
        {
            _context.Abort(new ConnectionAbortedException("Nothing was sent."));
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

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
