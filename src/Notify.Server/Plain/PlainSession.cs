using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Protocol.Plain;
using Notify.Protocol.WebSockets;
using Notify.Server.Limits;
using Notify.Server.Sessions;
using Notify.Server.WebSockets;

namespace Notify.Server.Plain;

/// <summary>One plain WebSocket: what its messages ask for, and how it ends.</summary>
internal sealed class PlainSession : ClientSession
{
    private const int MaxCommandsUnderWay = 64;
    private const int MaxBadMessages = 10;

    private readonly CommandGate _gate = new(MaxCommandsUnderWay);
    private readonly SocketTransport _socket;
    private long _keepAliveAt;
    private long _readAt;
    private TokenBucket _messages;
    private TokenBucket _joins;
    private int _badMessages;

    private PlainSession(SessionServer server, SocketTransport socket, AddressKey address)
        : base(server, address)
    {
        _socket = socket;
        _keepAliveAt = SessionServer.Now + server.KeepAliveInterval;
    }

    /// <summary>Answers the handshake; the WebSocket is then served to its end.</summary>
    /// <param name="server">The sessions.</param>
    /// <param name="context">The request.</param>
    /// <param name="handshake">The place that was taken for it; given back here unless it is kept, whatever happens.</param>
    public static async Task AcceptAsync(SessionServer server, HttpContext context, ConnectionHandshake handshake)
    {
        using var place = handshake;
        var socket = await SocketTransport.AcceptAsync(context);
        var session = new PlainSession(server, socket, handshake.Address);
        await session.ConnectAsync();
        socket.Then(session.RunAsync);
        session.Begin(handshake);
    }

    protected override void Beat(long now)
    {
        // While it is not read from, its silence means nothing.
        if (now - Math.Max(_socket.HeardAt, Volatile.Read(ref _readAt)) >= Server.SilenceTimeout)
        {
            Close(PlainCloses.Silent);
        }
        else if (now - _socket.MessageBeganAt >= Server.MessageTimeout)
        {
            // What comes meanwhile is no silence, and yet it says nothing.
            Close(() =>
            {
                Server.RefusedMessage();
                _socket.CloseWith(PlainCloses.Unfinished);
            });
        }
        else if (now >= _keepAliveAt)
        {
            _keepAliveAt = now + Server.KeepAliveInterval;
            Outbox.Write(PlainMessages.KeepAlive);
        }
    }

    protected override void Finish(EndReason reason)
    {
        _socket.CloseWith(CloseOf(reason));
        if (reason == EndReason.Draining)
        {
            Complete(PlainMessages.Closing("draining", Server.ReconnectAfter()));
        }
        else
        {
            Complete();
        }
    }

    protected override void Cut()
    {
        Outbox.Abort();
        _socket.Abort();
    }

    private async Task RunAsync()
    {
        using var own = _socket;
        try
        {
            await EndAsync(await _socket.ReceiveAsync(PlainDecoder.MaxBytes, ReceiveAsync));
        }
        finally
        {
            Server.Sockets.Remove(Id);
            Leave();
        }
    }

    private void Begin(ConnectionHandshake handshake)
    {
        Outbox.Write(PlainMessages.Welcome(Id));
        Server.Sockets.Add(Id, Outbox, PlainFormat.Instance);
        _socket.BindTo(Outbox);
        Outbox.Use(_socket);
        Server.Add(this, handshake);
    }

    private static WebSocketClose CloseOf(EndReason reason) => reason switch
    {
        EndReason.Draining => PlainCloses.Draining,
        EndReason.Restart => PlainCloses.Restart,
        EndReason.Unavailable => PlainCloses.Unavailable,
        EndReason.Slow => PlainCloses.Slow,
        _ => PlainCloses.GoingAway,
    };

    private void Close(WebSocketClose close) => Close(() => _socket.CloseWith(close));

    private async Task EndAsync(SocketEnd end)
    {
        switch (end)
        {
            case SocketEnd.TooBig:
                Refuse($"the message is longer than {PlainDecoder.MaxBytes} bytes");
                Close(PlainCloses.ProtocolError);
                await _socket.DrainAsync();
                break;
            case SocketEnd.Busy:
                Close(() => _socket.CloseWith(PlainCloses.Limit), PlainMessages.Closing("limit", SessionServer.RetryAfter()));
                await _socket.DrainAsync();
                break;
            case SocketEnd.Faulted:
                Refuse("the frame is no text in UTF-8, or none of RFC 6455");
                Close(PlainCloses.ProtocolError);
                await _socket.DiscardAsync();
                break;
            case SocketEnd.Flooded:
                Refuse("too many frames without content: pings, pongs, and parts of messages that are empty or very short");
                Close(PlainCloses.ProtocolError);
                await _socket.DiscardAsync();
                break;
            default:
                // The client's close frame is answered by the writer, like everything else, or it answers ours; and who goes without one
                // is still given an orderly end.
                Close(static () => { });
                await _socket.WaitForEndAsync();
                break;
        }
    }

    // What follows the end of the session is received too, if only to be thrown away, until the client's close frame.
    private ValueTask<bool> ReceiveAsync(ReadOnlyMemory<byte> data, bool isBinary)
    {
        if (!IsEnding)
        {
            Receive(data.Span, isBinary);
        }

        var wait = IsEnding ? 0 : _readAt - SessionServer.Now;
        var ready = _gate.WaitAsync();
        return wait <= 0 && ready.IsCompletedSuccessfully ? new ValueTask<bool>(true) : AwaitAsync(wait, ready);
    }

    private async ValueTask<bool> AwaitAsync(long wait, Task ready)
    {
        if (wait > 0)
        {
            // Whoever has gone is not waited for.
            await Task.Delay(TimeSpan.FromMilliseconds(wait), _socket.Closed);
        }

        await ready;
        return true;
    }

    // Nothing that the client said is lost; what follows it is read when it has been paid for.
    private void Charge(ref TokenBucket bucket, TokenRate rate, string limit)
    {
        var now = SessionServer.Now;
        var wait = bucket.Take(rate, 1, now);
        if (wait <= 0)
        {
            return;
        }

        if (_readAt <= now)
        {
            Server.Throttled(limit);
        }

        Volatile.Write(ref _readAt, Math.Max(_readAt, now + wait));
    }

    private void Receive(ReadOnlySpan<byte> data, bool isBinary)
    {
        Charge(ref _messages, Server.Options.MessageRate, "messages");
        if (isBinary)
        {
            Refuse("the message is binary; expected text");
        }
        else if (PlainDecoder.TryDecode(data, out var command, out var error))
        {
            Serve(command);
        }
        else
        {
            Refuse(error);
        }
    }

    private void Refuse(string message) => Refuse(new PlainError(PlainErrorCodes.BadMessage, message, default));

    private void Refuse(PlainError error)
    {
        Outbox.Write(PlainMessages.Error(error));
        if (++_badMessages >= MaxBadMessages)
        {
            Close(PlainCloses.ProtocolError);
        }
    }

    private void Serve(PlainCommand command)
    {
        switch (command)
        {
            case PlainCommand.Join join:
                Join(join);
                break;
            case PlainCommand.Leave leave:
                Leave(leave);
                break;
            case PlainCommand.Ping:
                Outbox.Write(PlainMessages.Pong(command.Id));
                break;
            case PlainCommand.Auth:
                Outbox.Write(PlainMessages.Error(new PlainError(
                    PlainErrorCodes.Unsupported, "this server takes no tokens; the key of the address is all that it asks for", command.Id)));
                break;
        }
    }

    private void Join(PlainCommand.Join join)
    {
        Charge(ref _joins, Server.Options.JoinRate, "joins");
        var isValid = ChannelName.TryCreate(join.Channel, out var name);
        var reply = new PlainJoinReply(name, join.Id);
        if (!isValid)
        {
            reply.Failed(Outbox, JoinErrors.BadChannel);
        }
        else if (!SocketIds.IsSocketId(name))
        {
            _gate.Enter();
            Connection.Tell(new ConnectionCommands.Join(name, PlainFormat.Instance, reply, _gate, join.Since));
        }
        else if (name == Id)
        {
            // A connection is in its own channel from the start, and may come back to it; nobody else may listen there.
            Server.Sockets.Add(Id, Outbox, PlainFormat.Instance);
            reply.Joined(Outbox, new Position("", 0), recovered: false);
        }
        else
        {
            reply.Failed(Outbox, JoinErrors.Forbidden);
        }
    }

    private void Leave(PlainCommand.Leave leave)
    {
        Charge(ref _joins, Server.Options.JoinRate, "joins");
        if (!ChannelName.TryCreate(leave.Channel, out var name))
        {
            new PlainJoinReply(name, leave.Id).Failed(Outbox, JoinErrors.BadChannel);
        }
        else if (name == Id)
        {
            Server.Sockets.Remove(Id);
            Outbox.Write(PlainMessages.Left(name, leave.Id));
        }
        else
        {
            _gate.Enter();
            Connection.Tell(new ConnectionCommands.Leave(name, () => Outbox.Write(PlainMessages.Left(name, leave.Id)), _gate));
        }
    }
}
