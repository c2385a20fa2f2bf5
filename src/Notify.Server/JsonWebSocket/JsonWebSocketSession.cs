using Akka.Actor;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Revocations;
using Notify.Protocol;
using Notify.Protocol.JsonWebSocket;
using Notify.Protocol.Tokens;
using Notify.Protocol.WebSockets;
using Notify.Server.Access;
using Notify.Server.Inboxes;
using Notify.Server.Limits;
using Notify.Server.Sessions;
using Notify.Server.WebSockets;

namespace Notify.Server.JsonWebSocket;

/// <summary>Manages one JSON WebSocket: its requests and its end.</summary>
internal sealed class JsonWebSocketSession : ClientSession
{
    private const int MaxCommandsUnderWay = 64;
    private const int MaxBadMessages = 10;

    private readonly CommandGate _gate = new(MaxCommandsUnderWay);
    private readonly SocketTransport _socket;
    private readonly JsonWebSocketAccess? _access;
    private long _keepAliveAt;
    private long _readAt;
    private TokenBucket _messages;
    private TokenBucket _joins;
    private JsonWebSocketMarks? _marks;
    private int _badMessages;

    private JsonWebSocketSession(SessionManager server, SocketTransport socket, AddressKey address, ConnectionAccess? access)
        : base(server, ConnectionProtocol.Json, address)
    {
        _socket = socket;
        _access = access is null ? null : new JsonWebSocketAccess(this, access, _gate);
        _keepAliveAt = server.Now + server.KeepAliveInterval;
    }

    /// <summary>Answers the handshake, and then serves the WebSocket to its end.</summary>
    /// <param name="server">The sessions.</param>
    /// <param name="context">The request.</param>
    /// <param name="handshake">The reserved connection, which is kept here.</param>
    /// <param name="access">The rights of the connection; null when everybody may join every channel.</param>
    /// <param name="identity">Who the client is; null for nobody.</param>
    public static async Task AcceptAsync(
        SessionManager server,
        HttpContext context,
        ConnectionHandshake handshake,
        ConnectionAccess? access,
        ConnectionIdentity? identity)
    {
        var socket = await SocketTransport.AcceptAsync(context);
        var session = new JsonWebSocketSession(server, socket, handshake.Address, access);
        await session.ConnectAsync();
        socket.RunAfterUpgrade(session.RunAsync);
        session.Begin(handshake, identity);
    }

    /// <summary>Gets the milliseconds of the monotonic clock.</summary>
    internal long Now => Server.Now;

    /// <inheritdoc />
    public override ConnectionFacts Describe() => _access?.Describe() ?? base.Describe();

    /// <inheritdoc />
    public override void Disconnect(DisconnectKind kind, string reason)
    {
        switch (kind)
        {
            case DisconnectKind.Reconnect:
                EndWith(JsonWebSocketCloses.GoingAway, JsonWebSocketMessages.Closing("reconnect", TimeSpan.Zero));
                break;
            case DisconnectKind.Revoked:
                EndRefused(TokenCodes.Revoked);
                break;
            case DisconnectKind.Blocked:
                EndRefused(TokenCodes.Blocked);
                break;
            default:
                EndWith(
                    JsonWebSocketCloses.Disconnected,
                    JsonWebSocketMessages.Closing("disconnected", reason.Length > 0 ? reason : AccessSentences.Disconnected));
                break;
        }
    }

    /// <summary>Ends the session for a reason of access.</summary>
    /// <param name="close">The close.</param>
    /// <param name="last">The last message.</param>
    internal void EndWith(WebSocketClose close, WireMessage last) =>
        Close(JsonWebSocketEnds.Of(close), close.Reason, () => _socket.CloseWith(close), last);

    /// <summary>Refuses a message, and ends the session after too many of them.</summary>
    internal void Refuse(JsonWebSocketError error)
    {
        SendQueue.Write(JsonWebSocketMessages.Error(error));
        if (++_badMessages >= MaxBadMessages)
        {
            Close(JsonWebSocketCloses.ProtocolError);
        }
    }

    /// <summary>Joins a channel that the client may have.</summary>
    internal void Join(string name, JsonWebSocketCommand.Join join, JoinReply reply)
    {
        _gate.Enter();
        Connection.Tell(new ConnectionCommands.Join(name, JsonWebSocketFormat.Instance, reply, _gate, join.Since, join.WantsInbox));
        Server.Follow(name, join.WantsInbox, _access?.Rights, join.Follow);
    }

    /// <summary>Logs what becomes of a join.</summary>
    internal JoinReply Follow(string name, JsonWebSocketJoinReply reply, bool hasPosition) =>
        Server.JoinLog.Follow(Id, name, reply, hasPosition);

    protected override string TransportName => "WebSocket";

    protected override void Beat(long now)
    {
        _access?.Tick(now);
        // The client's silence does not count while the server does not read from it.
        if (now - Math.Max(_socket.HeardAt, Volatile.Read(ref _readAt)) >= Server.SilenceTimeout)
        {
            Close(JsonWebSocketCloses.Silent);
        }
        else if (now - _socket.MessageBeganAt >= Server.MessageTimeout)
        {
            // What comes meanwhile is no silence, and yet it says nothing.
            Close(ConnectionEnds.Silent, JsonWebSocketCloses.Unfinished.Reason, () =>
            {
                Server.RefusedMessage();
                _socket.CloseWith(JsonWebSocketCloses.Unfinished);
            });
        }
        else if (now >= _keepAliveAt)
        {
            _keepAliveAt = now + Server.KeepAliveInterval;
            SendQueue.Write(JsonWebSocketMessages.KeepAlive);
        }
    }

    protected override void Finish(EndReason reason)
    {
        _socket.CloseWith(JsonWebSocketEnds.CloseOf(reason));
        if (reason == EndReason.Draining)
        {
            Complete(JsonWebSocketMessages.Closing("draining", Server.ReconnectAfter()));
        }
        else
        {
            Complete();
        }
    }

    protected override void Cut()
    {
        SendQueue.Abort();
        _socket.Abort();
    }

    private async Task RunAsync()
    {
        using var own = _socket;
        try
        {
            await EndAsync(await _socket.ReceiveAsync(JsonWebSocketDecoder.MaxBytes, ReceiveAsync));
        }
        finally
        {
            Server.Sockets.Remove(Id);
            _access?.End();
            Leave();
        }
    }

    private void Begin(ConnectionHandshake handshake, ConnectionIdentity? identity)
    {
        var isWelcome = _access?.TryEnter(identity) ?? true;
        if (isWelcome)
        {
            SendQueue.Write(_access?.Welcome() ?? JsonWebSocketMessages.Welcome(Id));
        }

        // Before anything is written, because a backend may ask for the connection as soon as its client knows the id.
        Server.Sockets.Add(Id, SendQueue, JsonWebSocketFormat.Instance);
        _socket.BindTo(SendQueue);
        Server.Add(this, handshake);
        SendQueue.Use(_socket);
        if (!isWelcome)
        {
            EndWith(JsonWebSocketCloses.Limit, JsonWebSocketMessages.Closing("limit", SessionManager.RetryAfter()));
        }
    }

    private void Close(WebSocketClose close) => Close(JsonWebSocketEnds.Of(close), close.Reason, () => _socket.CloseWith(close));

    private void EndRefused(string code) =>
        EndWith(JsonWebSocketCloses.BadToken, JsonWebSocketMessages.Closing(code, TokenCodes.Sentence(code)));

    private async Task EndAsync(SocketEnd end)
    {
        switch (end)
        {
            case SocketEnd.TooBig:
                Refuse($"the message is longer than {JsonWebSocketDecoder.MaxBytes} bytes");
                Close(JsonWebSocketCloses.ProtocolError);
                await _socket.DrainAsync();
                break;
            case SocketEnd.Busy:
                Close(
                    ConnectionEnds.Limit,
                    JsonWebSocketCloses.Limit.Reason,
                    () => _socket.CloseWith(JsonWebSocketCloses.Limit),
                    JsonWebSocketMessages.Closing("limit", SessionManager.RetryAfter()));
                await _socket.DrainAsync();
                break;
            case SocketEnd.Faulted:
                Refuse("the frame is no text in UTF-8, or none of RFC 6455");
                Close(JsonWebSocketCloses.ProtocolError);
                await _socket.DiscardAsync();
                break;
            case SocketEnd.Flooded:
                Refuse("too many frames without content: pings, pongs, and parts of messages that are empty or very short");
                Close(JsonWebSocketCloses.ProtocolError);
                await _socket.DiscardAsync();
                break;
            default:
                // The writer answers the client's close frame, or the client ours. Who goes without one still has an orderly end.
                var isClosed = end == SocketEnd.Closed;
                Close(
                    isClosed ? ConnectionEnds.Client : ConnectionEnds.Broken,
                    isClosed ? "closed by the client" : "the connection broke",
                    static () => { });
                await _socket.WaitForEndAsync();
                break;
        }
    }

    // Messages after the end of the session are received and discarded until the client's close frame.
    private ValueTask<bool> ReceiveAsync(ReadOnlyMemory<byte> data, bool isBinary)
    {
        if (!IsEnding)
        {
            Receive(data.Span, isBinary);
        }

        var wait = IsEnding ? 0 : _readAt - Server.Now;
        var ready = _access?.ReadyAsync() ?? _gate.WaitAsync();
        return wait <= 0 && ready.IsCompletedSuccessfully ? new ValueTask<bool>(true) : AwaitAsync(wait, ready);
    }

    private async ValueTask<bool> AwaitAsync(long wait, Task ready)
    {
        if (wait > 0)
        {
            // Ends the wait when the client disconnects.
            await Task.Delay(TimeSpan.FromMilliseconds(wait), Server.Time, _socket.Closed);
        }

        await ready;
        return true;
    }

    // Nothing is dropped: later messages are read when the rate allows it.
    private void Charge(ref TokenBucket bucket, TokenRate rate, string limit, int count = 1)
    {
        var now = Server.Now;
        Pause(bucket.Consume(rate, count, now), now, limit);
    }

    private void Pause(long wait, long now, string limit)
    {
        if (wait <= 0)
        {
            return;
        }

        if (_readAt <= now)
        {
            Server.Throttled(SendQueue, limit);
        }

        Volatile.Write(ref _readAt, Math.Max(_readAt, now + wait));
    }

    private void Receive(ReadOnlySpan<byte> data, bool isBinary)
    {
        Charge(ref _messages, Server.Connection.MessageRate, "messages");
        if (isBinary)
        {
            Refuse("the message is binary; expected text");
        }
        else if (JsonWebSocketDecoder.TryDecode(data, out var command, out var error))
        {
            Serve(command);
        }
        else
        {
            Refuse(error);
        }
    }

    private void Refuse(string message) => Refuse(new JsonWebSocketError(JsonWebSocketErrorCodes.BadMessage, message, default));

    private void Serve(JsonWebSocketCommand command)
    {
        switch (command)
        {
            case JsonWebSocketCommand.Join join:
                Join(join);
                break;
            case JsonWebSocketCommand.Leave leave:
                Leave(leave);
                break;
            case JsonWebSocketCommand.Mark mark:
                Mark(mark);
                break;
            case JsonWebSocketCommand.Ping:
                SendQueue.Write(JsonWebSocketMessages.Pong(command.Id));
                break;
            case JsonWebSocketCommand.Auth auth when _access?.TakesTokens == true:
                _access.Authenticate(auth);
                break;
            case JsonWebSocketCommand.Auth:
                SendQueue.Write(JsonWebSocketMessages.Error(new JsonWebSocketError(
                    JsonWebSocketErrorCodes.Unsupported,
                    "this server takes no tokens; the key of the address is all that it asks for",
                    command.Id)));
                break;
        }
    }

    private void Join(JsonWebSocketCommand.Join join)
    {
        Charge(ref _joins, Server.Connection.JoinRate, "joins", 1 + join.Follow.Count);
        var isValid = ChannelName.TryCreate(join.Channel, out var name);
        var answer = new JsonWebSocketJoinReply(name, join.Id);
        var reply = Follow(name, answer, join.Since is not null);
        if (!isValid)
        {
            reply.Failed(SendQueue, JoinErrors.BadChannel);
        }
        else if (!SocketIds.IsSocketId(name))
        {
            if (join.WantsInbox && InboxRights.Refuse(name, Server.KindOf(name), _access?.Rights) is { } error)
            {
                answer.IsRefusedByRules = error == JoinErrors.Forbidden;
                reply.Failed(SendQueue, error);
            }
            else if (_access is null)
            {
                Join(name, join, reply);
            }
            else
            {
                _access.Join(name, join, answer, reply);
            }
        }
        else if (name == Id)
        {
            // A connection listens to its own channel from the start, and may join it again; no other connection may.
            Server.Sockets.Add(Id, SendQueue, JsonWebSocketFormat.Instance);
            reply.Joined(SendQueue, new Position("", 0), recovered: false);
        }
        else
        {
            reply.Failed(SendQueue, JoinErrors.Forbidden);
        }
    }

    private void Leave(JsonWebSocketCommand.Leave leave)
    {
        Charge(ref _joins, Server.Connection.JoinRate, "joins");
        if (!ChannelName.TryCreate(leave.Channel, out var name))
        {
            new JsonWebSocketJoinReply(name, leave.Id).Failed(SendQueue, JoinErrors.BadChannel);
        }
        else if (name == Id)
        {
            Server.Sockets.Remove(Id);
            SendQueue.Write(JsonWebSocketMessages.Left(name, leave.Id));
        }
        else
        {
            _access?.Forget(name);
            _gate.Enter();
            Connection.Tell(new ConnectionCommands.Leave(name, () => SendQueue.Write(JsonWebSocketMessages.Left(name, leave.Id)), _gate));
        }
    }

    private void Mark(JsonWebSocketCommand.Mark mark)
    {
        _marks ??= new JsonWebSocketMarks(this, Server.Inboxes, _gate);
        var now = Server.Now;
        Pause(_marks.Requests.Charge(Server.MarkRate, now), now, "marks");
        _marks.Mark(mark, (channel, marks) => Server.RefuseMark(channel, marks, _access?.Rights));
    }
}
