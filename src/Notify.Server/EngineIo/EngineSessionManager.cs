using System.Collections.Concurrent;
using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Broker.Metrics;
using Notify.Broker.Revocations;
using Notify.Protocol.EngineIo;
using Notify.Server.Limits;
using Notify.Server.Options;
using Notify.Server.Sessions;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>Manages the sessions of one mounted Engine.IO server and their common clock.</summary>
public sealed partial class EngineSessionManager : ISessionManager, ISessionDirectory, IAsyncDisposable
{
    // The reference implementation ends a waiting poll this often during an upgrade. A single time would leave a late poll waiting.
    private static readonly TimeSpan UpgradeTick = TimeSpan.FromMilliseconds(100);

    private readonly SessionSet<EngineSession> _sessions;
    private readonly ConcurrentDictionary<EngineSession, byte> _upgrades = new();
    private readonly ConnectionFactory _connections;
    private readonly SocketIds _ids;
    private readonly BrokerMetrics _metrics;
    private readonly ConnectionLimits _limits;
    private readonly EndLog _ends;
    private readonly Func<EngineSession, HttpContext, IEngineHandler> _createHandler;
    private readonly ILogger<EngineSessionManager> _logger;
    private readonly SessionClock _clock;
    private readonly long _look;
    private long _lookAt;
    private long _upgradesAt;

    /// <summary>Starts the clock.</summary>
    /// <param name="options">The server's options.</param>
    /// <param name="connection">The options of connections.</param>
    /// <param name="connections">Creates the actors of sessions.</param>
    /// <param name="ids">Creates session ids.</param>
    /// <param name="metrics">Counts sessions that begin, and throttled clients.</param>
    /// <param name="limits">The limits of connections.</param>
    /// <param name="ends">Counts the sessions that end.</param>
    /// <param name="time">The clock.</param>
    /// <param name="createHandler">Creates the application's handler of a session.</param>
    /// <param name="logger">The log for failures.</param>
    public EngineSessionManager(
        EngineIoOptions options,
        ConnectionOptions connection,
        ConnectionFactory connections,
        SocketIds ids,
        BrokerMetrics metrics,
        ConnectionLimits limits,
        EndLog ends,
        TimeProvider time,
        Func<EngineSession, HttpContext, IEngineHandler> createHandler,
        ILogger<EngineSessionManager> logger)
    {
        Options = options;
        Connection = connection;
        _connections = connections;
        _ids = ids;
        _metrics = metrics;
        _limits = limits;
        _ends = ends;
        Time = time;
        _createHandler = createHandler;
        _logger = logger;
        _sessions = new SessionSet<EngineSession>(limits, time, logger);
        PingInterval = (long)options.PingInterval.TotalMilliseconds;
        PingTimeout = (long)options.PingTimeout.TotalMilliseconds;

        // Sessions with long intervals are checked once a second. Only upgrades need the short step.
        var step = SessionClock.StepOf(Math.Min(PingInterval, PingTimeout));
        _look = (long)step;
        _clock = new SessionClock(TimeSpan.FromMilliseconds(Math.Min(step, UpgradeTick.TotalMilliseconds)), Turn, time);
        metrics.Connections.Observe(CountInto);
    }

    /// <summary>Gets the server's options.</summary>
    public EngineIoOptions Options { get; }

    /// <summary>Gets the options of connections.</summary>
    public ConnectionOptions Connection { get; }

    /// <summary>Gets the number of open sessions.</summary>
    public int Count => _sessions.Count;

    /// <summary>Gets the clock.</summary>
    internal TimeProvider Time { get; }

    internal long Now => Time.GetMilliseconds();

    internal long PingInterval { get; }

    internal long PingTimeout { get; }

    /// <summary>Gets whether new sessions are refused because the server is shutting down.</summary>
    internal bool IsDraining { get; private set; }

    void ISessionDirectory.ForEach(Action<IClientSession> action) => _sessions.ForEach(action);

    IClientSession? ISessionDirectory.FindSession(string id) => _sessions.TryFind(id, out var session) ? session : null;

    /// <summary>
    /// Ends all sessions, evenly spread over <paramref name="window"/> so that the clients do not reconnect at the same time, and refuses
    /// new ones. Each session is ended only by its transport, because stock clients reconnect only after that.
    /// </summary>
    public async Task DrainAsync(TimeSpan window)
    {
        IsDraining = true;
        await _sessions.DrainAsync(window, session =>
        {
            session.Drain();
        });
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _clock.DisposeAsync();

    /// <summary>
    /// Ends the connection with an id for a backend. Returns whether there is one. The ids of sockets have no index: this is rare, and an
    /// index would cost every connection.
    /// </summary>
    internal bool TryDisconnect(string id, DisconnectKind kind, string reason) =>
        _sessions.TryFind(id, out var named)
            ? named.TryDisconnect(id, kind, reason)
            : _sessions.Any(session => session.TryDisconnect(id, kind, reason));

    internal EngineSession? Find(string id)
    {
        if (!_sessions.TryFind(id, out var session))
        {
            return null;
        }

        // The clock may be one step behind, so an overdue session is ended here.
        session.Tick(Now);
        return session.IsGone ? null : session;
    }

    /// <summary>Begins a handshake. Returns null when there is no room for another connection.</summary>
    internal ConnectionHandshake? TryBegin(HttpContext context, out HandshakeRefusal refusal) => _limits.TryBegin(context, out refusal);

    internal async Task<EngineSession> OpenAsync(
        HttpContext context, EngineRequest request, EngineRevision revision, SocketTransport? socket, ConnectionHandshake handshake)
    {
        var session = new EngineSession(this, _ids.Next(), request, revision, socket, handshake.Address);
        var connection = await _connections.OpenAsync(session.SendQueue);
        if (session.Open(connection, _createHandler(session, context)))
        {
            // The session is registered, so from now on its removal releases the connection's place.
            handshake.Keep();
            LogBegan(session.Id, socket is null ? "polling" : "WebSocket", session.Revision, session.Address);
        }

        if (IsDraining)
        {
            // The session may have begun after the drain listed the sessions.
            session.Drain();
        }

        return session;
    }

    internal void Add(EngineSession session)
    {
        _sessions.Add(session);
        _metrics.Connections.Opened(session.SendQueue.Protocol);
    }

    internal void Remove(EngineSession session) => _sessions.Remove(session);

    internal void AddUpgrade(EngineSession session) => _upgrades.TryAdd(session, 0);

    internal void RemoveUpgrade(EngineSession session) => _upgrades.TryRemove(session, out _);

    /// <summary>Counts a throttled session.</summary>
    internal void Throttled(SendQueue queue, string limit)
    {
        _metrics.Limits.Throttled(limit);
        queue.Trace?.Throttled(limit);
    }

    /// <summary>Counts and logs the end of a session: the broker's reason where it has one, else the transport's.</summary>
    internal void Ended(EngineLifecycle session, EngineCloseReason reason, EndReason? cause)
    {
        _ends.Ended(
            session.Id,
            session.SendQueue,
            cause is { } broker ? ConnectionEnds.Of(broker) : session.ApplicationEnd ?? NameOf(reason),
            TimeSpan.FromMilliseconds(Now - session.BeganAt));
        if (_logger.IsEnabled(LogLevel.Debug))
        {
            LogEnded(session.Id, cause?.ToString() ?? reason.ToString());
        }
    }

    /// <summary>Logs a request that does not become a session.</summary>
    internal void Refused(EngineErrorCode error) => LogRefused(error);

    private static string NameOf(EngineCloseReason reason) => reason switch
    {
        EngineCloseReason.ClientClosed => ConnectionEnds.Client,
        EngineCloseReason.PingTimeout => ConnectionEnds.Silent,
        EngineCloseReason.ParseError or EngineCloseReason.Overlap => ConnectionEnds.ProtocolError,
        EngineCloseReason.Slow => ConnectionEnds.Of(EndReason.Slow),
        EngineCloseReason.ServerClosed or EngineCloseReason.Interrupted => ConnectionEnds.Disconnected,
        _ => ConnectionEnds.Broken,
    };

    private void CountInto(ConnectionCounts counts) => _sessions.ForEach(session => counts.Add(
        session.SendQueue.Protocol, session.Transport, session.SendQueue.Charged));

    private void Turn(long now)
    {
        if (now >= _lookAt)
        {
            _lookAt = now + _look;
            _sessions.Tick(now);
        }

        if (now >= _upgradesAt)
        {
            _upgradesAt = now + (long)UpgradeTick.TotalMilliseconds;
            foreach (var entry in _upgrades)
            {
                _sessions.Guard(entry.Key, session => session.TickUpgrade(now));
            }
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Connection {Connection} (Socket.IO) has ended: {Reason}.", EventName = "ConnectionEnded")]
    private partial void LogEnded(string connection, string reason);

    [LoggerMessage(
        2,
        LogLevel.Debug,
        "Connection {Connection} (Socket.IO, {Transport}, Engine.IO {Revision}) has begun, from {Address}.",
        EventName = "ConnectionBegan")]
    private partial void LogBegan(string connection, string transport, EngineRevision revision, AddressKey address);

    [LoggerMessage(3, LogLevel.Debug, "A request of Socket.IO is refused: {Error}.", EventName = "ConnectionRefused")]
    private partial void LogRefused(EngineErrorCode error);
}
