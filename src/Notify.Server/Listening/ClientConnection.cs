using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Notify.Server.Listening;

/// <summary>
/// One connection of a client: HTTP at first, and then what a request has made of it. What HTTP keeps of a connection is several times
/// what a WebSocket needs, so a request that upgrades ends, HTTP with it, and the WebSocket goes on here.
/// </summary>
internal sealed class ClientConnection : IConnectionHeartbeatFeature
{
    private readonly ConnectionContext _context;
    private readonly SocketOutput? _output;
    private (Action<object> Action, object State)? _beat;
    private Func<Task>? _next;

    private ClientConnection(ConnectionContext context)
    {
        _context = context;
        if (context.Features.Get<ITlsHandshakeFeature>() is null && context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            _output = new SocketOutput(context.Transport.Output, socket, context);
            context.Transport = new Transport(context.Transport.Input, _output);
        }
    }

    /// <summary>The connection that a request came by; it must have been listened to for clients. See <see cref="ConnectionHosting"/>.</summary>
    public static ClientConnection Of(HttpContext context) => (ClientConnection)context.Features.GetRequiredFeature<IConnectionHeartbeatFeature>();

    /// <summary>What the client sends. Not to be read beside HTTP, except by the request that has upgraded.</summary>
    public PipeReader Input => _context.Transport.Input;

    /// <summary>What the client is sent. Says of a broken connection that it is completed; once the connection has ended it may throw.</summary>
    public PipeWriter Output => _context.Transport.Output;

    /// <summary>Cancelled when the client sends no more, or the connection is gone.</summary>
    public CancellationToken Closed => _context.ConnectionClosed;

    /// <summary>Serves a connection to its end.</summary>
    public static async Task RunAsync(ConnectionContext context, ConnectionDelegate http)
    {
        var connection = new ClientConnection(context);
        context.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((ClientConnection)state).Beat(), connection);

        // Found by the feature that it takes the place of: one more would double the list of them.
        context.Features.Set<IConnectionHeartbeatFeature>(connection);
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

    private void Beat()
    {
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
