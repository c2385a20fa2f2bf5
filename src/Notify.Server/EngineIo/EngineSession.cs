using Akka.Actor;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Revocations;
using Notify.Protocol;
using Notify.Protocol.EngineIo;
using Notify.Server.Limits;
using Notify.Server.Sessions;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>
/// Manages one Engine.IO session: its transport, its heartbeat, and the handling of each packet. It survives the change from polling to
/// WebSocket. Its state changes are short and run under one lock, so neither the clock nor a writer waits long. The client's input is
/// parsed outside of that lock, and output is queued in the <see cref="SendQueue"/>.
/// </summary>
public sealed class EngineSession : IClientSession
{
    private readonly EngineSessionManager _server;
    private readonly Lock _lock = new();
    private readonly EngineTransports _transports;

    // Also the lock for parsing the client's input, because a post may still be parsed when the socket of an upgrade begins. It is always
    // acquired before the session's lock, and never by the clock or a writer. A separate lock would cost every idle session 40 bytes more.
    private readonly ReadThrottle _throttle = new();
    private IActorRef _connection = ActorRefs.Nobody;
    private IEngineHandler _handler = null!;
    private State _state;
    private Heartbeat _heartbeat;
    private long _expectDeadline = long.MaxValue;
    private long _requestDeadline = long.MaxValue;
    private long _wakeAt = long.MaxValue;

    internal EngineSession(
        EngineSessionManager server,
        string id,
        EngineRequest request,
        EngineRevision revision,
        SocketTransport? socket,
        AddressKey address)
    {
        _server = server;
        BeganAt = server.Now;
        Id = id;
        Address = address;
        Revision = revision;
        SendQueue = new SendQueue(server.Connection.MaxQueue)
        {
            Party = address.Value,
            Protocol = revision == EngineRevision.V3 ? ConnectionProtocol.SocketIo3 : ConnectionProtocol.SocketIo4,
        };
        SendQueue.OnEndRequested(End);
        _transports = new EngineTransports(revision, request, SendQueue, socket);
        _heartbeat = new Heartbeat(revision, server.PingInterval, server.PingTimeout);
    }

    private enum State
    {
        Open,

        // Closed by the server while no poll waited. The next poll receives the close or the remaining messages.
        Closing,
        Closed,
    }

    /// <summary>Gets the session's id; in revision 3 it is also the socket's.</summary>
    public string Id { get; }

    /// <summary>Gets the session's revision.</summary>
    public EngineRevision Revision { get; }

    /// <summary>Gets the queue of messages to write.</summary>
    public SendQueue SendQueue { get; }

    /// <summary>Gets or sets why the application ends the session, as <see cref="ConnectionEnds"/> names it; null for no reason.</summary>
    public string? ApplicationEnd { get; set; }

    /// <summary>Gets the actor of this session.</summary>
    public IActorRef Connection => _connection;

    /// <summary>Gets whether the session accepts no more messages.</summary>
    public bool IsClosed => _state != State.Open;

    /// <summary>Gets the maximum size of the client's messages, in bytes.</summary>
    public int MaxPayload => _server.Options.MaxPayload;

    internal AddressKey Address { get; }

    /// <summary>Gets the milliseconds of the monotonic clock, as all times of sessions.</summary>
    internal long Now => _server.Now;

    internal long BeganAt { get; }

    internal bool IsWebSocket => _transports.Socket is not null;

    /// <summary>Gets whether requests for the session are answered as if it had never existed.</summary>
    internal bool IsGone => _state == State.Closed;

    /// <summary>Queues a message.</summary>
    public void Send(WireMessage message) => SendQueue.Write(message);

    /// <summary>Ends the session unless <see cref="ExpectNothing"/> is called in time.</summary>
    public void ExpectWithin(TimeSpan time) => Volatile.Write(ref _expectDeadline, _server.Now + (long)time.TotalMilliseconds);

    /// <summary>Clears the deadline of <see cref="ExpectWithin"/>.</summary>
    public void ExpectNothing() => Volatile.Write(ref _expectDeadline, long.MaxValue);

    /// <summary>Sets when <see cref="IEngineHandler.OnWake"/> is called next, in milliseconds of the monotonic clock.</summary>
    public void WakeAt(long time) => Volatile.Write(ref _wakeAt, time);

    /// <summary>
    /// Throttles a client that exceeds a limit: pauses reading from it for the given time. Its silence does not count during the pause. The
    /// application calls this while it handles a message.
    /// </summary>
    /// <param name="milliseconds">The duration; 0 changes nothing.</param>
    /// <param name="limit">The exceeded limit, for the metric.</param>
    public void ThrottleReads(long milliseconds, string limit)
    {
        if (milliseconds <= 0)
        {
            return;
        }

        var now = _server.Now;
        if (_throttle.PauseUntil(milliseconds, now))
        {
            _server.Throttled(limit);
        }

        _heartbeat.Excuse(_throttle.ReadAt);
    }

    /// <summary>
    /// Runs an application's deferred action, never concurrently with a call of its handler. Returns false without running it when the
    /// session has ended.
    /// </summary>
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

    /// <summary>Ends the session after the queued messages. Only the transport informs the client.</summary>
    public void Close() => Close(EngineCloseReason.ServerClosed);

    /// <summary>
    /// Ends the session after the queued messages in the same way as a server that disappears: the connection closes, or the next poll is
    /// refused. Every client reconnects after this. After a close packet in a poll, clients other than JavaScript do not reconnect.
    /// </summary>
    public void Interrupt() => Close(EngineCloseReason.Interrupted);

    /// <summary>Ends the session for a backend that names it or a connection in it. Returns whether it ends.</summary>
    internal bool TryDisconnect(string id, DisconnectKind kind, string reason)
    {
        lock (_lock)
        {
            return _state == State.Open && _handler.TryDisconnect(id, kind, reason);
        }
    }

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
            _heartbeat.Begin(_server.Now);
            var options = _server.Options;
            SendQueue.Write(EngineMessages.Open(
                Id, !IsWebSocket, (int)_server.PingInterval, (int)_server.PingTimeout, options.MaxPayload));

            // Under the lock, so that a close right after this can remove it again.
            _server.Add(this);
            _transports.Open();
            return true;
        }
    }

    /// <summary>
    /// Starts the application. On polling this happens after the handshake was dequeued, so that the handshake is sent alone.
    /// </summary>
    internal void Start()
    {
        lock (_lock)
        {
            if (_state == State.Open)
            {
                if (!IsWebSocket)
                {
                    var timeout = (long)_server.Options.FirstPollTimeout.TotalMilliseconds;
                    Volatile.Write(ref _requestDeadline, _server.Now + timeout);
                }

                _handler.OnOpen();
            }
        }
    }

    /// <summary>Begins a poll. Returns null when the session accepts none. A second concurrent poll ends the session.</summary>
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

    /// <summary>
    /// Handles the end of a poll's connection. It ends the session unless the poll was answered or the session has moved to another
    /// transport.
    /// </summary>
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

    /// <summary>Begins a post. Returns false when another one is under way, which ends the session and the other post.</summary>
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

    /// <summary>Handles the packets of a payload, including those before an invalid one.</summary>
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
            // Revision 3 allows a long body without packets. It counts as one message against the rate.
            ReceiveOne(new EnginePacket(EnginePacketType.Noop, default), EngineDecodeError.None);
        }
    }

    /// <summary>Waits until the application can accept more input from this client.</summary>
    /// <param name="speaker">The source of the client's input. The wait ends with it.</param>
    /// <param name="ended">Returns the cancellation token of the source.</param>
    internal Task ReadyAsync<T>(T speaker, Func<T, CancellationToken> ended)
    {
        var wait = _throttle.ReadAt - _server.Now;

        // The token is only requested when there is something to wait for, because it must be created.
        return wait <= 0 || IsClosed
            ? _handler.ReadyAsync()
            : ReadThrottle.WaitAsync(TimeSpan.FromMilliseconds(wait), _server.Time, _handler.ReadyAsync, ended(speaker));
    }

    /// <summary>
    /// Handles one message of the session's own WebSocket. Always returns true, because later messages must be received even if they are
    /// discarded.
    /// </summary>
    internal async ValueTask<bool> ReceiveFrameAsync(ReadOnlyMemory<byte> data, bool isBinary)
    {
        ReceiveFrame(data, isBinary);
        await ReadyAsync(_transports.Socket!, static socket => socket.Closed);
        return true;
    }

    /// <summary>Begins the upgrade to a WebSocket. Returns null when another one is under way or the session cannot be upgraded.</summary>
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
            return _transports.Upgrade = new EngineUpgrade(
                this, _server.Now + (long)_server.Options.UpgradeTimeout.TotalMilliseconds);
        }
    }

    /// <summary>Returns whether an upgrade is still the session's current one. It is not after the session has ended.</summary>
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
            var now = _server.Now;
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

    /// <summary>Ends an upgrade. Without a switch the session stays on polling.</summary>
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

    // A busy session gets its turn at the next tick, so that the other sessions do not wait for it.
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

    /// <summary>Handles the timeouts that are due, for a caller that may wait for the session's lock. Cheap when nothing is due.</summary>
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

    /// <summary>Handles the timeouts during an upgrade. A busy session gets its turn at the next tick.</summary>
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
                // Under the lock, so that the next upgrade is not removed together with this one.
                _server.RemoveUpgrade(this);
            }
            else if (upgrade.IsLate(now))
            {
                // The upgrade stays current until its connection ends, as this call causes.
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
                _heartbeat.EndAt(_server.Now + (long)_server.Options.CloseTimeout.TotalMilliseconds);
            }
            else
            {
                _server.Remove(this);
            }

            _server.Ended(this, reason, cause);

            // Not there yet when the session's actor fails at its start.
            _handler?.OnClose(reason);
            _connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    // After the first request, the heartbeat detects a missing client.
    private void ExpectNoRequest() => Volatile.Write(ref _requestDeadline, long.MaxValue);

    private void End(EndReason reason)
    {
        if (!IsClosed)
        {
            Close(reason == EndReason.Slow ? EngineCloseReason.Slow : EngineCloseReason.Interrupted, reason);
        }
    }

    private bool IsDue(long now) =>
        _heartbeat.IsDue(now)
        || now >= Volatile.Read(ref _expectDeadline)
        || now >= Volatile.Read(ref _requestDeadline)
        || now >= Volatile.Read(ref _wakeAt);

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
        var now = _server.Now;
        _heartbeat.Hear(now);
        ThrottleReads(_throttle.Charge(_server.Connection.MessageRate, now), "messages");
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
                // Open, upgrade and noop have no effect here, as in the reference implementation.
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
        else
        {
            if (now >= Volatile.Read(ref _wakeAt))
            {
                WakeAt(long.MaxValue);
                _handler.OnWake(now);
            }

            if (_state == State.Open && _heartbeat.TryAsk(now))
            {
                SendQueue.Write(EngineMessages.Ping);
            }
        }
    }
}
