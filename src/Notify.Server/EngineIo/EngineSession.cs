using System.Net.WebSockets;
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
    private bool _isUpgrading;
    private bool _isProbed;
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

    /// <summary>Whether requests for it are answered as if it had never been.</summary>
    internal bool IsGone => _state == State.Closed;

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
            (_pingAt, _deadline) = Revision == EngineRevision.V4
                ? (now + _server.PingInterval, long.MaxValue)
                : (long.MaxValue, now + _server.PingInterval + _server.PingTimeout);
            var options = _server.Options;
            Outbox.Write(EngineMessages.Open(
                Id, !IsWebSocket, (int)_server.PingInterval, (int)_server.PingTimeout, options.MaxPayload));

            // Under the lock, so that an end that comes at once finds it there to be removed.
            _server.Add(this);
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

            _poll = new PollTransport(Revision, _binaryFraming, _textOnly) { BeganInUpgrade = _isUpgrading };
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
            if (poll.TryDrop())
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

    internal void EndPost(HttpContext context)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_post, context))
            {
                _post = null;
            }
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
        var end = await socket.ReceiveAsync(_server.Options.MaxPayload, ReceiveFrameAsync);
        await EndSocketAsync(socket, end);
    }

    /// <summary>
    /// A WebSocket wants to take over from polling; asked before its handshake is answered, because what the client says next must find
    /// the upgrade under way. False when there is one already, or nothing to take over.
    /// </summary>
    internal bool BeginUpgrade()
    {
        lock (_lock)
        {
            if (_state != State.Open || _isUpgrading || IsWebSocket)
            {
                return false;
            }

            _isUpgrading = true;
            _isProbed = false;
            _upgradeDeadline = EngineServer.Now + (long)_server.Options.UpgradeTimeout.TotalMilliseconds;
            _server.AddUpgrade(this);
            return true;
        }
    }

    /// <summary>Serves a WebSocket after <see cref="BeginUpgrade"/>. Any answer but the probe and the upgrade ends it, and only it.</summary>
    internal async Task UpgradeAsync(SocketTransport socket)
    {
        var end = !TryTakeUp(socket) ? SocketEnd.Refused : await socket.ReceiveAsync(
            _server.Options.MaxPayload,
            (data, isBinary) => ReferenceEquals(_socket, socket) ? ReceiveFrameAsync(data, isBinary) : ReceiveProbeAsync(socket, data, isBinary));
        if (ReferenceEquals(_socket, socket))
        {
            await EndSocketAsync(socket, end);
            return;
        }

        EndUpgrade();
        if (end != SocketEnd.Broken)
        {
            await socket.CloseAsync();
        }
    }

    /// <summary>The WebSocket that wanted to take over is gone; the session stays on polling.</summary>
    internal void EndUpgrade()
    {
        lock (_lock)
        {
            _isUpgrading = false;
            _upgrading = null;
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

    /// <summary>The turn of the clock while an upgrade is under way.</summary>
    internal void TickUpgrade(long now)
    {
        lock (_lock)
        {
            if (!_isUpgrading)
            {
                // Under the lock, so that the next upgrade cannot be forgotten with this one.
                _server.RemoveUpgrade(this);
            }
            else if (now >= _upgradeDeadline)
            {
                // It stays under way until its connection ends, which this brings about.
                _upgrading?.Complete();
            }
            else if (_isProbed)
            {
                _poll?.EndWith(EngineMessages.Noop);
            }
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
            _isUpgrading = false;
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

    // False when the session has ended since the upgrade began.
    private bool TryTakeUp(SocketTransport socket)
    {
        lock (_lock)
        {
            _upgrading = _isUpgrading ? socket : null;
            return _isUpgrading;
        }
    }

    private void CloseSocket(EngineCloseReason reason)
    {
        // Where the writer may be held up by this very client, or can write no more, the connection is cut here.
        if (reason is EngineCloseReason.TransportError or EngineCloseReason.PingTimeout or EngineCloseReason.Slow || Outbox.IsClosed)
        {
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
            if (_state != State.Open || !ReferenceEquals(_upgrading, socket) || EngineServer.Now >= _upgradeDeadline)
            {
                return false;
            }

            _isUpgrading = false;
            _upgrading = null;
            _socket = socket;
            EndLastPoll();
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

    // One that began while the upgrade was under way is refused, as if it had come after it: the two may have overtaken each other.
    private void EndLastPoll()
    {
        if (_poll is { BeganInUpgrade: true })
        {
            _poll.TryDrop();
        }
        else
        {
            _poll?.EndWith(EngineMessages.Noop);
        }
    }

    private async ValueTask<bool> ReceiveProbeAsync(SocketTransport socket, ReadOnlyMemory<byte> data, bool isBinary)
    {
        if (isBinary || EnginePacketDecoder.DecodeText(data, out var packet) != EngineDecodeError.None)
        {
            return false;
        }

        switch (packet.Type)
        {
            case EnginePacketType.Ping when packet.Data.Span.SequenceEqual("probe"u8):
                await socket.WriteDirectAsync(EngineMessages.PongProbe);
                Volatile.Write(ref _isProbed, true);
                return true;
            case EnginePacketType.Upgrade:
                return SwitchTo(socket);
            default:
                return false;
        }
    }

    private async Task EndSocketAsync(SocketTransport socket, SocketEnd end)
    {
        switch (end)
        {
            case SocketEnd.Closed:
                // The client's close frame is answered by the writer, like everything else.
                Close(EngineCloseReason.ClientClosed);
                await socket.WaitForEndAsync();
                break;
            case SocketEnd.TooBig:
                socket.FailWith(WebSocketCloseStatus.MessageTooBig);
                Close(EngineCloseReason.ParseError);
                await socket.DrainAsync();
                break;
            default:
                Close(EngineCloseReason.TransportError);
                break;
        }
    }

    private async ValueTask<bool> ReceiveFrameAsync(ReadOnlyMemory<byte> data, bool isBinary)
    {
        ReceiveFrame(data, isBinary);
        await ReadyAsync();
        return true;
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
        else if (now >= _pingAt && Revision == EngineRevision.V4)
        {
            // Counted from when the ping was due, unless this clock is so late that the client would not have its time.
            _deadline = Math.Max(_pingAt, now - (_server.PingTimeout / 2)) + _server.PingTimeout;
            _pingAt = long.MaxValue;
            Outbox.Write(EngineMessages.Ping);
        }
    }
}
