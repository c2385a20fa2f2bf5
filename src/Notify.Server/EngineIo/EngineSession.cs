using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.EngineIo;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>
/// One Engine.IO session: which transport it is on, whose turn the heartbeat is, and what each packet means. It survives the change from
/// polling to WebSocket. Everything here is short and under one lock; what it has to say is queued in the <see cref="Outbox"/>.
/// </summary>
public sealed class EngineSession
{
    private readonly EngineServer _server;
    private readonly Lock _lock = new();
    private readonly bool _binaryFraming;
    private readonly bool _textOnly;
    private IActorRef _connection = ActorRefs.Nobody;
    private IEngineHandler _handler = null!;
    private PollTransport? _poll;
    private HttpContext? _post;
    private SocketTransport? _socket;
    private SocketTransport? _upgrading;
    private bool _probed;
    private State _state;
    private long _pingAt;
    private long _deadline;
    private long _upgradeDeadline;
    private long _expectDeadline = long.MaxValue;

    internal EngineSession(EngineServer server, string id, EngineRequest request, EngineRevision revision, SocketTransport? socket)
    {
        _server = server;
        Id = id;
        Revision = revision;
        Outbox = new Outbox(server.Options.MaxQueue);
        Outbox.OnEnd(End);
        _socket = socket;

        // 1.x clients that did not ask for base64 read the binary framing only; every JavaScript client sends `t`.
        _textOnly = request.IsBase64 || request.Jsonp is not null;
        _binaryFraming = revision == EngineRevision.V3 && !_textOnly && request.HasTimestamp;
    }

    private enum State
    {
        Open,

        // Closed by the server while no poll waited: the next one is told.
        Closing,
        Closed,
    }

    /// <summary>The session's id; for revision 3 also the socket's.</summary>
    public string Id { get; }

    /// <summary>The revision it speaks.</summary>
    public EngineRevision Revision { get; }

    /// <summary>What waits to be written to it.</summary>
    public Outbox Outbox { get; }

    /// <summary>The actor of this session.</summary>
    public IActorRef Connection => _connection;

    /// <summary>Whether nothing can be said to it any more.</summary>
    public bool IsClosed => _state != State.Open;

    /// <summary>The largest message the client may send, in bytes.</summary>
    public int MaxPayload => _server.Options.MaxPayload;

    internal bool IsWebSocket => _socket is not null;

    /// <summary>Sends a message.</summary>
    public void Send(WireMessage message) => Outbox.Write(message);

    /// <summary>Ends the session unless <see cref="ExpectNothing"/> is called in time.</summary>
    public void ExpectWithin(TimeSpan time) => Volatile.Write(ref _expectDeadline, EngineServer.Now + (long)time.TotalMilliseconds);

    /// <summary>What was expected has come.</summary>
    public void ExpectNothing() => Volatile.Write(ref _expectDeadline, long.MaxValue);

    /// <summary>Ends the session after what is queued; the client is told by the transport alone.</summary>
    public void Close() => Close(EngineCloseReason.ServerClosed);

    internal void Open(IActorRef connection, IEngineHandler handler)
    {
        lock (_lock)
        {
            _connection = connection;
            _handler = handler;
            var now = EngineServer.Now;
            _pingAt = now + _server.PingInterval;
            _deadline = Revision == EngineRevision.V4 ? long.MaxValue : now + _server.PingInterval + _server.PingTimeout;
            var options = _server.Options;
            Outbox.Write(EngineMessages.Open(
                Id, !IsWebSocket, (int)_server.PingInterval, (int)_server.PingTimeout, options.MaxPayload));
            if (_socket is not null)
            {
                _socket.BindTo(Outbox);
                Outbox.Use(_socket);
            }
        }
    }

    /// <summary>Starts the application; for a poll, after the handshake was taken, so that it goes out alone.</summary>
    internal void Start()
    {
        lock (_lock)
        {
            if (_state == State.Open)
            {
                _handler.OnOpen();
            }
        }
    }

    /// <summary>A poll begins. Null when the session takes none; a second one ends the session.</summary>
    internal PollTransport? BeginPoll(out bool overlaps)
    {
        lock (_lock)
        {
            overlaps = false;
            if (_state == State.Closed)
            {
                return null;
            }

            if (_poll is { IsAcquired: false })
            {
                overlaps = true;
                Close(EngineCloseReason.Overlap);
                return null;
            }

            _poll = new PollTransport(Revision, _binaryFraming, _textOnly);
            Outbox.Use(_poll);
            if (_state == State.Closing)
            {
                _state = State.Closed;
                _server.Remove(this);
            }

            return _poll;
        }
    }

    /// <summary>A poll's connection is gone. Unless it was answered, or the session has moved on, that ends the session.</summary>
    internal void PollAborted(PollTransport poll)
    {
        lock (_lock)
        {
            if (ReferenceEquals(poll, _poll) && poll.TryAcquire())
            {
                Close(EngineCloseReason.TransportError);
            }
        }
    }

    /// <summary>A post begins. False when one is under way, which ends the session and that post.</summary>
    internal bool BeginPost(HttpContext context)
    {
        lock (_lock)
        {
            if (_post is null)
            {
                _post = context;
                return true;
            }

            _post.Abort();
            Close(EngineCloseReason.Overlap);
            return false;
        }
    }

    internal void EndPost()
    {
        lock (_lock)
        {
            _post = null;
        }
    }

    /// <summary>Handles the packets of a payload, those before a bad one included.</summary>
    internal void Receive(List<EnginePacket> packets, EngineDecodeError error)
    {
        lock (_lock)
        {
            foreach (var packet in packets)
            {
                if (_state != State.Open)
                {
                    return;
                }

                Receive(packet);
            }

            if (error != EngineDecodeError.None)
            {
                Close(EngineCloseReason.ParseError);
            }
        }
    }

    /// <summary>Waits until the application can take more from this client.</summary>
    internal Task ReadyAsync() => _handler.ReadyAsync();

    /// <summary>Serves the session's own WebSocket until it ends.</summary>
    internal async Task RunAsync(SocketTransport socket)
    {
        var status = await socket.ReceiveAsync(_server.Options.MaxPayload, async (data, isBinary) =>
        {
            ReceiveFrame(data, isBinary);
            await ReadyAsync();
            return true;
        });
        await EndSocketAsync(socket, status);
    }

    /// <summary>Serves a WebSocket that wants to take over from polling. Any answer but the probe and the upgrade ends it, and only it.</summary>
    internal async Task UpgradeAsync(SocketTransport socket)
    {
        lock (_lock)
        {
            if (_state != State.Open || _upgrading is not null || IsWebSocket)
            {
                _ = socket.CloseAsync();
                socket = null!;
            }
            else
            {
                _upgrading = socket;
                _probed = false;
                _upgradeDeadline = EngineServer.Now + (long)_server.Options.UpgradeTimeout.TotalMilliseconds;
                _server.AddUpgrade(this);
            }
        }

        if (socket is null)
        {
            return;
        }

        var status = await socket.ReceiveAsync(_server.Options.MaxPayload, async (data, isBinary) =>
        {
            if (ReferenceEquals(_socket, socket))
            {
                ReceiveFrame(data, isBinary);
                await ReadyAsync();
                return true;
            }

            if (isBinary || EnginePacketDecoder.DecodeText(data, out var packet) != EngineDecodeError.None)
            {
                return false;
            }

            switch (packet.Type)
            {
                case EnginePacketType.Ping when packet.Data.Span.SequenceEqual("probe"u8):
                    await socket.WriteDirectAsync(EngineMessages.PongProbe);
                    Volatile.Write(ref _probed, true);
                    return true;
                case EnginePacketType.Upgrade:
                    return SwitchTo(socket);
                default:
                    return false;
            }
        });

        if (ReferenceEquals(_socket, socket))
        {
            await EndSocketAsync(socket, status);
            return;
        }

        EndUpgrade(socket);
        if (status is not null)
        {
            await socket.CloseAsync();
        }
    }

    /// <summary>The turn of the one clock: heartbeats and deadlines. Cheap while nothing is due.</summary>
    internal void Tick(long now)
    {
        if (now < Volatile.Read(ref _pingAt) && now < Volatile.Read(ref _deadline) && now < Volatile.Read(ref _expectDeadline))
        {
            return;
        }

        lock (_lock)
        {
            if (_state == State.Closing)
            {
                if (now >= _deadline)
                {
                    _state = State.Closed;
                    Outbox.Abort();
                    _server.Remove(this);
                }
            }
            else if (_state == State.Open)
            {
                Heartbeat(now);
            }
        }
    }

    /// <summary>The turn of the clock while an upgrade is under way. False when it is over.</summary>
    internal bool TickUpgrade(long now)
    {
        lock (_lock)
        {
            if (_upgrading is not { } socket)
            {
                return false;
            }

            if (now >= _upgradeDeadline)
            {
                _upgrading = null;
                _ = socket.CloseAsync();
                return false;
            }

            if (_probed)
            {
                _poll?.EndWith(EngineMessages.Noop);
            }

            return true;
        }
    }

    internal void Close(EngineCloseReason reason)
    {
        lock (_lock)
        {
            if (_state != State.Open)
            {
                return;
            }

            _state = State.Closed;
            _upgrading?.Abort();
            _upgrading = null;
            if (IsWebSocket)
            {
                CloseSocket(reason);
            }
            else
            {
                ClosePolling(reason);
            }

            if (_state == State.Closed)
            {
                _server.Remove(this);
            }

            _handler.OnClose(reason);
            _connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    private void CloseSocket(EngineCloseReason reason)
    {
        if (reason is EngineCloseReason.TransportError or EngineCloseReason.PingTimeout or EngineCloseReason.Slow)
        {
            // The writer may be held up by this very client, so the connection is cut here.
            Outbox.Abort();
            _socket!.Abort();
        }
        else
        {
            Outbox.Complete();
        }
    }

    private void ClosePolling(EngineCloseReason reason)
    {
        switch (reason)
        {
            case EngineCloseReason.ServerClosed when _poll is { IsAcquired: false }:
                Outbox.Complete(EngineMessages.Close);
                break;
            case EngineCloseReason.ServerClosed:
                _state = State.Closing;
                _deadline = EngineServer.Now + (long)_server.Options.CloseTimeout.TotalMilliseconds;
                Outbox.Complete(EngineMessages.Noop, EngineMessages.Close);
                break;
            case EngineCloseReason.ClientClosed:
                _poll?.EndWith(EngineMessages.Noop);
                Outbox.Abort();
                break;
            default:
                _poll?.EndWith(EngineMessages.Close);
                Outbox.Abort();
                break;
        }
    }

    private void End(EndReason reason)
    {
        if (!IsClosed)
        {
            _server.Ended(this, reason);
            Close(reason == EndReason.Slow ? EngineCloseReason.Slow : EngineCloseReason.ServerClosed);
        }
    }

    private bool SwitchTo(SocketTransport socket)
    {
        lock (_lock)
        {
            if (_state != State.Open || !ReferenceEquals(_upgrading, socket))
            {
                return false;
            }

            _upgrading = null;
            _socket = socket;
            _poll?.EndWith(EngineMessages.Noop);
            socket.BindTo(Outbox);
            Outbox.Use(socket);
            if (Revision == EngineRevision.V4)
            {
                _deadline = long.MaxValue;
                _pingAt = EngineServer.Now + _server.PingInterval;
            }

            return true;
        }
    }

    private void EndUpgrade(SocketTransport socket)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_upgrading, socket))
            {
                _upgrading = null;
            }
        }
    }

    private async Task EndSocketAsync(SocketTransport socket, System.Net.WebSockets.WebSocketCloseStatus? status)
    {
        switch (status)
        {
            case null:
                // The client's close frame is answered, unless it answers ours.
                var answer = !IsClosed;
                Close(EngineCloseReason.TransportError);
                if (answer)
                {
                    await socket.CloseAsync();
                }

                break;
            case System.Net.WebSockets.WebSocketCloseStatus.MessageTooBig:
                await socket.CloseAsync(status);
                Close(EngineCloseReason.ParseError);
                break;
            default:
                Close(EngineCloseReason.TransportError);
                break;
        }
    }

    private void ReceiveFrame(ReadOnlyMemory<byte> data, bool isBinary)
    {
        var error = isBinary
            ? EnginePacketDecoder.DecodeBinary(data, Revision, out var packet)
            : EnginePacketDecoder.DecodeText(data, out packet);
        lock (_lock)
        {
            if (_state != State.Open)
            {
                return;
            }

            if (error == EngineDecodeError.None)
            {
                Receive(packet);
            }
            else
            {
                Close(EngineCloseReason.ParseError);
            }
        }
    }

    private void Receive(in EnginePacket packet)
    {
        var now = EngineServer.Now;
        if (Revision == EngineRevision.V3)
        {
            _deadline = now + _server.PingInterval + _server.PingTimeout;
        }
        else if (_deadline != long.MaxValue)
        {
            _deadline = now + _server.PingTimeout;
        }

        switch (packet.Type)
        {
            case EnginePacketType.Message:
                _handler.OnMessage(packet);
                break;
            case EnginePacketType.Ping when Revision == EngineRevision.V3:
                Outbox.Write(EngineMessages.Pong);
                break;
            case EnginePacketType.Pong when Revision == EngineRevision.V4:
                _deadline = long.MaxValue;
                _pingAt = now + _server.PingInterval;
                break;
            case EnginePacketType.Ping:
            case EnginePacketType.Pong:
                Close(EngineCloseReason.ParseError);
                break;
            case EnginePacketType.Close:
                Close(EngineCloseReason.ClientClosed);
                break;
            default:
                // Open, upgrade and noop say nothing here, as in the reference.
                break;
        }
    }

    private void Heartbeat(long now)
    {
        if (now >= _deadline)
        {
            Close(EngineCloseReason.PingTimeout);
        }
        else if (now >= Volatile.Read(ref _expectDeadline))
        {
            Close(EngineCloseReason.ServerClosed);
        }
        else if (now >= _pingAt)
        {
            // The client of revision 3 asks; here this only moves the next look.
            _pingAt = now + _server.PingInterval;
            if (Revision == EngineRevision.V4)
            {
                _pingAt = long.MaxValue;
                _deadline = now + _server.PingTimeout;
                Outbox.Write(EngineMessages.Ping);
            }
        }
    }
}
