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
/// Manages the life of an Engine.IO session: how it opens, which deadlines it has, and how it ends. Its state changes are short and run
/// under one lock, so neither the clock nor a writer waits long.
/// </summary>
public abstract class EngineLifecycle : IClientSession
{
    private readonly Lock _lock = new();
    private IActorRef _connection = ActorRefs.Nobody;
    private IEngineHandler _handler = null!;
    private State _state;
    private Heartbeat _heartbeat;
    private long _expectDeadline = long.MaxValue;
    private long _requestDeadline = long.MaxValue;
    private long _wakeAt = long.MaxValue;

    private protected EngineLifecycle(
        EngineSessionManager server,
        string id,
        EngineRequest request,
        EngineRevision revision,
        SocketTransport? socket,
        AddressKey address)
    {
        Server = server;
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
        Transports = new EngineTransports(revision, request, SendQueue, socket);
        _heartbeat = new Heartbeat(revision, server.PingInterval, server.PingTimeout);
    }

    private enum State
    {
        Open,

        // Closed by the server while no poll waited. The next poll, or the WebSocket of an upgrade, receives the close or the remaining
        // messages.
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
    public int MaxPayload => Server.Options.MaxPayload;

    internal AddressKey Address { get; }

    internal long BeganAt { get; }

    private protected EngineSessionManager Server { get; }

    /// <summary>Gets the lock of all state changes.</summary>
    private protected Lock Gate => _lock;

    /// <summary>Gets the requests and the WebSocket that carry the session. Guarded by the lock.</summary>
    private protected EngineTransports Transports { get; }

    private protected IEngineHandler Handler => _handler;

    /// <summary>Gets the milliseconds of the monotonic clock, as all times of sessions.</summary>
    internal long Now => Server.Now;

    internal bool IsWebSocket => Transports.Socket is not null;

    /// <summary>Gets the transport that the session has now.</summary>
    public ConnectionTransport Transport => IsWebSocket ? ConnectionTransport.WebSocket : ConnectionTransport.Polling;

    /// <summary>Gets whether requests for the session are answered as if it had never existed.</summary>
    internal bool IsGone => _state == State.Closed;

    /// <summary>Queues a message.</summary>
    public void Send(WireMessage message) => SendQueue.Write(message);

    /// <summary>Ends the session unless <see cref="ExpectNothing"/> is called in time.</summary>
    public void ExpectWithin(TimeSpan time) => Volatile.Write(ref _expectDeadline, Server.Now + (long)time.TotalMilliseconds);

    /// <summary>Clears the deadline of <see cref="ExpectWithin"/>.</summary>
    public void ExpectNothing() => Volatile.Write(ref _expectDeadline, long.MaxValue);

    /// <summary>Sets when <see cref="IEngineHandler.OnWake"/> is called next, in milliseconds of the monotonic clock.</summary>
    public void WakeAt(long time) => Volatile.Write(ref _wakeAt, time);

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

    /// <summary>Describes the client for an operator.</summary>
    public ConnectionFacts Describe()
    {
        lock (_lock)
        {
            return _handler.Describe();
        }
    }

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
            _heartbeat.Begin(Server.Now);
            var options = Server.Options;
            SendQueue.Write(EngineMessages.Open(
                Id, !IsWebSocket, (int)Server.PingInterval, (int)Server.PingTimeout, options.MaxPayload));

            // Under the lock, so that a close right after this can remove it again.
            Register();
            Transports.Open();
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
                    var timeout = (long)Server.Options.FirstPollTimeout.TotalMilliseconds;
                    Volatile.Write(ref _requestDeadline, Server.Now + timeout);
                }

                _handler.OnOpen();
            }
        }
    }

    AddressKey IClientSession.Address => Address;

    long IClientSession.BeganAt => BeganAt;

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
            if (Transports.Close(reason))
            {
                _state = State.Closing;
                _heartbeat.EndAt(Server.Now + (long)Server.Options.CloseTimeout.TotalMilliseconds);
            }
            else
            {
                Unregister();
            }

            Server.Ended(this, reason, cause);

            // Not there yet when the session's actor fails at its start.
            _handler?.OnClose(reason);
            _connection.Tell(ConnectionCommands.Ended.Instance);
        }
    }

    /// <summary>Adds the session to the server's.</summary>
    private protected abstract void Register();

    /// <summary>Removes the session from the server's.</summary>
    private protected abstract void Unregister();

    /// <summary>Ends a session that was closed, now that a transport takes its last messages. Needs the lock.</summary>
    private protected void EndClosing()
    {
        if (_state == State.Closing)
        {
            _state = State.Closed;
            Transports.EndUpgrade();
            Unregister();
        }
    }

    /// <summary>Records that the client sent something. Needs the lock.</summary>
    private protected void Hear(long now) => _heartbeat.Hear(now);

    /// <summary>Starts the heartbeat again. Needs the lock.</summary>
    private protected void BeginHeartbeat(long now) => _heartbeat.Begin(now);

    /// <summary>Excuses the client's silence while the server does not read from it.</summary>
    private protected void ExcuseSilence(long until) => _heartbeat.Excuse(until);

    // After the first request, the heartbeat detects a missing client.
    private protected void ExpectNoRequest() => Volatile.Write(ref _requestDeadline, long.MaxValue);

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
            SendQueue.Abort();
            EndClosing();
        }
        else if (_state == State.Open)
        {
            TickOpen(now);
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
