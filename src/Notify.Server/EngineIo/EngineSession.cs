using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.EngineIo;
using Notify.Server.Limits;
using Notify.Server.Sessions;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>
/// One Engine.IO session: which transport it is on, whose turn the heartbeat is, and what each packet means. It survives the change from
/// polling to WebSocket. What it does in turn is short and under one lock, for which neither the clock nor a writer waits long; what a
/// client sends is read outside that lock, and what the session has to say is queued in the <see cref="SendQueue"/>.
/// </summary>
public sealed class EngineSession : IClientSession
{
    private readonly EngineSessionManager _server;
    private readonly Lock _lock = new();
    private readonly EngineTransports _transports;

    // Also the lock of whoever reads from the client: a post may still be read when the socket of an upgrade begins. Always taken before
    // the other one, and never by the clock or a writer. A lock of its own would cost every idle session 40 bytes more.
    private readonly ReadThrottle _throttle = new();
    private IActorRef _connection = ActorRefs.Nobody;
    private IEngineHandler _handler = null!;
    private State _state;
    private Heartbeat _heartbeat;
    private long _expectDeadline = long.MaxValue;
    private long _requestDeadline = long.MaxValue;

    internal EngineSession(EngineSessionManager server, string id, EngineRequest request, EngineRevision revision, SocketTransport? socket, AddressKey address)
    {
        _server = server;
        Id = id;
        Address = address;
        Revision = revision;
        SendQueue = new SendQueue(server.Options.MaxQueue) { Party = address.Value };
        SendQueue.OnEndRequested(End);
        _transports = new EngineTransports(revision, request, SendQueue, socket);
        _heartbeat = new Heartbeat(revision, server.PingInterval, server.PingTimeout);
    }

    private enum State
    {
        Open,

        // Ended by the server while no poll waited: the next one is told, or given what is left.
        Closing,
        Closed,
    }

    /// <summary>The session's id; for revision 3 also the socket's.</summary>
    public string Id { get; }

    /// <summary>The revision it speaks.</summary>
    public EngineRevision Revision { get; }

    /// <summary>What waits to be written to it.</summary>
    public SendQueue SendQueue { get; }

    /// <summary>The actor of this session.</summary>
    public IActorRef Connection => _connection;

    /// <summary>Whether nothing can be said to it any more.</summary>
    public bool IsClosed => _state != State.Open;

    /// <summary>The largest message the client may send, in bytes.</summary>
    public int MaxPayload => _server.Options.MaxPayload;

    internal AddressKey Address { get; }

    internal bool IsWebSocket => _transports.Socket is not null;

    /// <summary>Whether requests for it are answered as if it had never been.</summary>
    internal bool IsGone => _state == State.Closed;

    /// <summary>Sends a message.</summary>
    public void Send(WireMessage message) => SendQueue.Write(message);

    /// <summary>Ends the session unless <see cref="ExpectNothing"/> is called in time.</summary>
    public void ExpectWithin(TimeSpan time) => Volatile.Write(ref _expectDeadline, EngineSessionManager.Now + (long)time.TotalMilliseconds);

    /// <summary>What was expected has come.</summary>
    public void ExpectNothing() => Volatile.Write(ref _expectDeadline, long.MaxValue);

    /// <summary>
    /// Reads from the client no sooner than in so many milliseconds, because it said more than it may. Meanwhile its silence means
    /// nothing. Called by the application while it is given a message.
    /// </summary>
    /// <param name="milliseconds">How long; 0 changes nothing.</param>
    /// <param name="limit">The limit that is exceeded, for the metric.</param>
    public void ThrottleReads(long milliseconds, string limit)
    {
        if (milliseconds <= 0)
        {
            return;
        }

        var now = EngineSessionManager.Now;
        if (_throttle.PauseUntil(milliseconds, now))
        {
            _server.Throttled(limit);
        }

        _heartbeat.Excuse(_throttle.ReadAt);
    }

    /// <summary>Does what the application does later than in a call of its handler, and never beside one. False, and nothing is done, when the session is over.</summary>
    public bool Run(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        lock (_lock)
        {
            if (_state != State.Open)
            {
                return false;
            }

            action();
            return true;
        }
    }

    /// <summary>Ends the session after what is queued; the client is told by the transport alone.</summary>
    public void Close() => Close(EngineCloseReason.ServerClosed);

    /// <summary>
    /// Ends the session after what is queued, in the way in which a server that is gone would end it: the connection is over, or the next
    /// poll is refused. From this every client comes back; a close packet in a poll is a wanted end to those that are not JavaScript.
    /// </summary>
    public void Interrupt() => Close(EngineCloseReason.Interrupted);

    /// <summary>Ends the session as <see cref="Interrupt"/> does, because the server leaves.</summary>
    internal void Drain() => Close(EngineCloseReason.Interrupted, EndReason.Draining);

    /// <summary>Begins the session. False when it was ended before there was anybody to tell.</summary>
    internal bool Open(IActorRef connection, IEngineHandler handler)
    {
        lock (_lock)
        {
            _connection = connection;
            if (_state != State.Open)
            {
                _connection.Tell(ConnectionCommands.Ended.Instance);
                return false;
            }

            _handler = handler;
            _heartbeat.Begin(EngineSessionManager.Now);
            var options = _server.Options;
            SendQueue.Write(EngineMessages.Open(
                Id, !IsWebSocket, (int)_server.PingInterval, (int)_server.PingTimeout, options.MaxPayload));

            // Under the lock, so that an end that comes at once finds it there to be removed.
            _server.Add(this);
            _transports.Open();
            return true;
        }
    }

    /// <summary>Starts the application; for a poll, after the handshake was taken, so that it goes out alone.</summary>
    internal void Start()
    {
        lock (_lock)
        {
            if (_state == State.Open)
            {
                if (!IsWebSocket)
                {
                    Volatile.Write(ref _requestDeadline, EngineSessionManager.Now + (long)_server.Options.FirstPollTimeout.TotalMilliseconds);
                }

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

            if (_transports.HasWaitingPoll)
            {
                overlaps = true;
                Close(EngineCloseReason.Overlap);
                return null;
            }

            ExpectNoRequest();
            var poll = _transports.BeginPoll();
            if (_state == State.Closing)
            {
                _state = State.Closed;
                _server.Remove(this);
            }

            return poll;
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
            if (_transports.BeginPost(context))
            {
                ExpectNoRequest();
                return true;
            }

            Close(EngineCloseReason.Overlap);
            return false;
        }
    }

    internal void EndPost(HttpContext context)
    {
        lock (_lock)
        {
            _transports.EndPost(context);
        }
    }

    /// <summary>Handles the packets of a payload, those before a bad one included.</summary>
    internal void Receive(List<EnginePacket> packets, EngineDecodeError error)
    {
        foreach (var packet in packets)
        {
            ReceiveOne(packet, EngineDecodeError.None);
        }

        if (error != EngineDecodeError.None)
        {
            ReceiveOne(default, error);
        }
        else if (packets.Count == 0)
        {
            // Revision 3 lets a body pass that is long and holds nothing. It counts as the one message that it could have been.
            ReceiveOne(new EnginePacket(EnginePacketType.Noop, default), EngineDecodeError.None);
        }
    }

    /// <summary>Waits until the application can take more from this client.</summary>
    /// <param name="speaker">What the client speaks through; its end ends the wait.</param>
    /// <param name="ended">The token of its end.</param>
    internal Task ReadyAsync<T>(T speaker, Func<T, CancellationToken> ended)
    {
        var wait = _throttle.ReadAt - EngineSessionManager.Now;

        // The token is made for who asks for it, so that is nobody who need not wait.
        return wait <= 0 || IsClosed
            ? _handler.ReadyAsync()
            : ReadThrottle.WaitAsync(TimeSpan.FromMilliseconds(wait), _handler.ReadyAsync, ended(speaker));
    }

    /// <summary>Handles one message of the session's own WebSocket. Always true: what follows it is received too, if only to be thrown away.</summary>
    internal async ValueTask<bool> ReceiveFrameAsync(ReadOnlyMemory<byte> data, bool isBinary)
    {
        ReceiveFrame(data, isBinary);
        await ReadyAsync(_transports.Socket!, static socket => socket.Closed);
        return true;
    }

    /// <summary>Begins the upgrade to a WebSocket. Null when there is one already, or nothing to upgrade.</summary>
    internal EngineUpgrade? BeginUpgrade()
    {
        lock (_lock)
        {
            if (_state != State.Open || _transports.Upgrade is not null || IsWebSocket)
            {
                return null;
            }

            ExpectNoRequest();
            _server.AddUpgrade(this);
            return _transports.Upgrade = new EngineUpgrade(this, EngineSessionManager.Now + (long)_server.Options.UpgradeTimeout.TotalMilliseconds);
        }
    }

    /// <summary>Whether an upgrade is still the session's; not when the session has ended since it began.</summary>
    internal bool IsUpgradedBy(EngineUpgrade upgrade)
    {
        lock (_lock)
        {
            return ReferenceEquals(_transports.Upgrade, upgrade);
        }
    }

    /// <summary>Moves the session from polling to the WebSocket of an upgrade.</summary>
    internal bool TrySwitch(EngineUpgrade upgrade, SocketTransport socket)
    {
        lock (_lock)
        {
            var now = EngineSessionManager.Now;
            if (_state != State.Open || !ReferenceEquals(_transports.Upgrade, upgrade) || upgrade.IsLate(now))
            {
                return false;
            }

            _transports.SwitchTo(socket);
            if (Revision == EngineRevision.V4)
            {
                _heartbeat.Begin(now);
            }

            return true;
        }
    }

    /// <summary>An upgrade is over; unless it has switched, the session stays on polling.</summary>
    internal void EndUpgrade(EngineUpgrade upgrade)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_transports.Upgrade, upgrade))
            {
                _transports.Upgrade = null;
            }
        }
    }

    AddressKey IClientSession.Address => Address;

    // A session that is busy has its turn the next time: all others would wait for it otherwise.
    void IClientSession.Tick(long now)
    {
        if (!IsDue(now) || !_lock.TryEnter())
        {
            return;
        }

        try
        {
            TickLocked(now);
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>The turn of a clock, for whoever asks for the session and so may wait for it. Cheap while nothing is due.</summary>
    internal void Tick(long now)
    {
        if (IsDue(now))
        {
            lock (_lock)
            {
                TickLocked(now);
            }
        }
    }

    /// <summary>The turn of the clock while an upgrade is under way. A session that is busy has it the next time.</summary>
    internal void TickUpgrade(long now)
    {
        if (!_lock.TryEnter())
        {
            return;
        }

        try
        {
            if (_transports.Upgrade is not { } upgrade)
            {
                // Under the lock, so that the next upgrade cannot be forgotten with this one.
                _server.RemoveUpgrade(this);
            }
            else if (upgrade.IsLate(now))
            {
                // It stays under way until its connection ends, which this brings about.
                upgrade.Close();
            }
            else if (upgrade.IsProbed)
            {
                _transports.EndPollForUpgrade();
            }
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <param name="reason">Why the session ends.</param>
    /// <param name="cause">The broker's reason, when it is the broker that ends it.</param>
    internal void Close(EngineCloseReason reason, EndReason? cause = null)
    {
        lock (_lock)
        {
            if (_state != State.Open)
            {
                return;
            }

            _state = State.Closed;
            if (_transports.Close(reason))
            {
                _state = State.Closing;
                _heartbeat.EndAt(EngineSessionManager.Now + (long)_server.Options.CloseTimeout.TotalMilliseconds);
            }
            else
            {
                _server.Remove(this);
            }

            _server.LogEnd(this, reason, cause);

            // Not there yet when the session's actor fails at its start.
            _handler?.OnClose(reason);
            _connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    // Whoever has come back once is from then on known by its heartbeat.
    private void ExpectNoRequest() => Volatile.Write(ref _requestDeadline, long.MaxValue);

    private void End(EndReason reason)
    {
        if (!IsClosed)
        {
            _server.Ended(reason);
            Close(reason == EndReason.Slow ? EngineCloseReason.Slow : EngineCloseReason.Interrupted, reason);
        }
    }

    private bool IsDue(long now) =>
        _heartbeat.IsDue(now) || now >= Volatile.Read(ref _expectDeadline) || now >= Volatile.Read(ref _requestDeadline);

    private void TickLocked(long now)
    {
        if (_state == State.Closing && _heartbeat.IsOver(now))
        {
            _state = State.Closed;
            SendQueue.Abort();
            _server.Remove(this);
        }
        else if (_state == State.Open)
        {
            TickOpen(now);
        }
    }

    private void ReceiveFrame(ReadOnlyMemory<byte> data, bool isBinary)
    {
        var error = isBinary
            ? EnginePacketDecoder.DecodeBinary(data, Revision, out var packet)
            : EnginePacketDecoder.DecodeText(data, out packet);
        ReceiveOne(packet, error);
    }

    private void ReceiveOne(in EnginePacket packet, EngineDecodeError error)
    {
        lock (_throttle)
        {
            if (IsClosed)
            {
                return;
            }

            var act = error == EngineDecodeError.None && packet.Type == EnginePacketType.Message ? _handler.Read(packet) : null;
            lock (_lock)
            {
                if (_state != State.Open)
                {
                    return;
                }

                if (error == EngineDecodeError.None)
                {
                    Handle(packet.Type, act);
                }
                else
                {
                    Close(EngineCloseReason.ParseError);
                }
            }
        }
    }

    private void Handle(EnginePacketType type, Action? act)
    {
        var now = EngineSessionManager.Now;
        _heartbeat.Hear(now);
        ThrottleReads(_throttle.Charge(_server.Options.MessageRate, now), "messages");
        switch (type)
        {
            case EnginePacketType.Message:
                act?.Invoke();
                break;
            case EnginePacketType.Ping when Revision == EngineRevision.V3:
                SendQueue.Write(EngineMessages.Pong);
                break;
            case EnginePacketType.Pong when Revision == EngineRevision.V4:
                _heartbeat.Begin(now);
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

    private void TickOpen(long now)
    {
        if (_heartbeat.IsOver(now) || now >= Volatile.Read(ref _requestDeadline))
        {
            Close(EngineCloseReason.PingTimeout);
        }
        else if (now >= Volatile.Read(ref _expectDeadline))
        {
            Close(EngineCloseReason.ServerClosed);
        }
        else if (_heartbeat.TryAsk(now))
        {
            SendQueue.Write(EngineMessages.Ping);
        }
    }
}
