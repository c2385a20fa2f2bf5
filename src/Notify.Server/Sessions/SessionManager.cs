using Akka.Actor;
using Notify.Broker;
using Notify.Broker.Channels;
using Notify.Broker.Connections;
using Notify.Broker.Inboxes;
using Notify.Broker.Metrics;
using Notify.Broker.Revocations;
using Notify.Server.Access;
using Notify.Server.Inboxes;
using Notify.Server.Limits;
using Notify.Server.Options;

namespace Notify.Server.Sessions;

/// <summary>Manages the sessions of JSON WebSockets and event streams and their common clock.</summary>
internal sealed partial class SessionManager : ISessionManager, ISessionDirectory, IAsyncDisposable
{
    // A shorter spread has no effect.
    private static readonly TimeSpan ShortestSpread = TimeSpan.FromSeconds(1);

    // A full node stays full for a while, so refused clients retry later than disconnected ones.
    private static readonly TimeSpan SoonestPlace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PlaceSpread = TimeSpan.FromSeconds(10);

    private readonly BrokerNode _node;
    private readonly ConnectionLimits _limits;
    private readonly EndLog _ends;
    private readonly ILogger<SessionManager> _logger;
    private readonly SessionSet<ClientSession> _sessions;
    private readonly SessionClock _clock;

    /// <summary>Starts the clock.</summary>
    public SessionManager(
        ClientSessionOptions options,
        ConnectionOptions connection,
        BrokerNode node,
        ConnectionLimits limits,
        JoinLog joinLog,
        EndLog ends,
        TimeProvider time,
        ILogger<SessionManager> logger)
    {
        Connection = connection;
        MarkRate = new TokenRate(connection.MarkRate);
        _node = node;
        _limits = limits;
        JoinLog = joinLog;
        _ends = ends;
        Time = time;
        _logger = logger;
        _sessions = new SessionSet<ClientSession>(limits, time, logger);
        KeepAliveInterval = (long)options.KeepAliveInterval.TotalMilliseconds;
        SilenceTimeout = (long)options.SilenceTimeout.TotalMilliseconds;
        MessageTimeout = (long)options.MessageTimeout.TotalMilliseconds;
        CloseTimeout = (long)options.CloseTimeout.TotalMilliseconds;

        // The close timeout only matters after an error, so a coarse step is enough for it.
        var shortest = Math.Min(Math.Min(KeepAliveInterval, SilenceTimeout), MessageTimeout);
        var step = Math.Min(SessionClock.StepOf(shortest), CloseTimeout / 2.0);
        _clock = new SessionClock(TimeSpan.FromMilliseconds(step), Turn, time);
        node.Metrics.Connections.Observe(CountInto);
    }

    /// <summary>Gets the options of connections.</summary>
    public ConnectionOptions Connection { get; }

    /// <summary>Returns what a channel is used for.</summary>
    public ChannelKind KindOf(string channel) => _node.KindOf(channel);

    /// <summary>Has the user of an inbox that a client joins follow the client's announcement channels.</summary>
    public void Follow(string channel, bool wantsInbox, ConnectionAccess? access, IReadOnlyCollection<string> asked) =>
        FollowRights.Follow(_node, channel, wantsInbox, access, asked);

    /// <summary>Gets the inboxes.</summary>
    public InboxQueries Inboxes => _node.Inboxes;

    /// <summary>Returns the error of a client that marks items; null when it may.</summary>
    public string? RefuseMark(string channel, IReadOnlyList<InboxMarkRequest> marks, ConnectionAccess? access) =>
        InboxRights.RefuseMark(_node, channel, marks, access);

    /// <summary>Gets the rate of marks of one connection. Above it the client is throttled.</summary>
    public TokenRate MarkRate { get; }

    /// <summary>Gets the maximum number of channels that a connection may have joined.</summary>
    public int MaxJoins => _node.MaxJoins;

    public int Count => _sessions.Count;

    /// <summary>Gets what logs the joins.</summary>
    public JoinLog JoinLog { get; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Gets the milliseconds of the monotonic clock, as all times of sessions.</summary>
    public long Now => Time.GetMilliseconds();

    public long KeepAliveInterval { get; }

    public long SilenceTimeout { get; }

    public long MessageTimeout { get; }

    public long CloseTimeout { get; }

    /// <summary>Gets this node's sockets by their ids, for notifications to a single connection.</summary>
    public SocketDirectory Sockets => _node.Sockets;

    /// <summary>Gets whether new sessions can be served: the node has started and is not shutting down.</summary>
    public bool CanServe => _node.IsStarted && !IsDraining;

    /// <summary>Gets whether new sessions are refused because the server is shutting down.</summary>
    public bool IsDraining { get; private set; }

    public async Task DrainAsync(TimeSpan window)
    {
        IsDraining = true;
        await _sessions.DrainAsync(window, session => session.End(EndReason.Draining));
    }

    /// <summary>Ends the session with an id for a backend. Returns whether there is one that has not ended.</summary>
    public bool TryDisconnect(string id, DisconnectKind kind, string reason)
    {
        if (!_sessions.TryFind(id, out var session) || session.IsEnding)
        {
            return false;
        }

        session.Disconnect(kind, reason);
        return true;
    }

    public ValueTask DisposeAsync() => _clock.DisposeAsync();

    /// <summary>
    /// Returns a random reconnect delay for a disconnected client, so that clients that leave together do not return together.
    /// </summary>
    public TimeSpan ReconnectAfter() =>
        Random.Shared.NextDouble() * (Connection.Drain > ShortestSpread ? Connection.Drain : ShortestSpread);

    /// <summary>Returns a random retry delay for a refused client, five to fifteen seconds.</summary>
    public static TimeSpan RetryAfter() => SoonestPlace + (PlaceSpread * Random.Shared.NextDouble());

    /// <summary>Begins a handshake. Returns null when there is no room for another connection.</summary>
    public ConnectionHandshake? TryBegin(HttpContext context) => _limits.TryBegin(context, out _);

    public string NextId() => _node.SocketIds.Next();

    /// <summary>Starts the actor of a session.</summary>
    public Task<IActorRef> ConnectAsync(SendQueue sendQueue) => _node.Connections.OpenAsync(sendQueue);

    /// <summary>Registers a session with the clock. It counts as a connection until it is removed.</summary>
    public void Add(ClientSession session, ConnectionHandshake handshake)
    {
        _sessions.Add(session);
        handshake.Keep();
        session.LogBegan();
        if (IsDraining)
        {
            // The session may have come too late for the drain.
            session.End(EndReason.Draining);
        }
    }

    public void Remove(ClientSession session) => _sessions.Remove(session);

    /// <inheritdoc />
    public void ForEach(Action<IClientSession> action) => _sessions.ForEach(action);

    /// <inheritdoc />
    public IClientSession? FindSession(string id) => _sessions.TryFind(id, out var session) ? session : null;

    private void CountInto(ConnectionCounts counts) => _sessions.ForEach(session => counts.Add(
        session.SendQueue.Protocol, session.Transport, session.SendQueue.Charged));

    /// <summary>Counts a throttled session.</summary>
    public void Throttled(SendQueue queue, string limit)
    {
        _node.Metrics.Limits.Throttled(limit);
        queue.Trace?.Throttled(limit);
    }

    /// <summary>Counts a client that takes too long for a message.</summary>
    public void RefusedMessage() => _node.Metrics.Limits.Refused("message_time");

    /// <summary>Runs one tick of the clock for each session.</summary>
    /// <param name="now">The time, in milliseconds of the monotonic clock.</param>
    internal void Turn(long now) => _sessions.Tick(now);

    /// <summary>Counts a stream that requests more channels than a connection may have.</summary>
    public void RefusedJoins() => _node.Metrics.Limits.Refused("joins");

    /// <summary>Counts and logs a session that the broker ends.</summary>
    public void Ended(ClientSession session, string transport, EndReason reason)
    {
        CountEnd(session, ConnectionEnds.Of(reason));
        LogEnded(session.Id, transport, reason.ToString());
    }

    /// <summary>Counts and logs a session that begins.</summary>
    public void Began(ClientSession session, string transport)
    {
        _node.Metrics.Connections.Opened(session.SendQueue.Protocol);
        LogBegan(session.Id, transport, session.Address);
    }

    /// <summary>Counts and logs a session that ends without the broker.</summary>
    public void Left(ClientSession session, string transport, string end, string reason)
    {
        CountEnd(session, end);
        LogEnded(session.Id, transport, reason);
    }

    /// <summary>Logs a request that does not become a session.</summary>
    public void Refused(string transport, string reason) => LogRefused(transport, reason);

    private void CountEnd(ClientSession session, string end) => _ends.Ended(
        session.Id, session.SendQueue, end, TimeSpan.FromMilliseconds(Now - session.BeganAt));

    [LoggerMessage(1, LogLevel.Debug, "Connection {Connection} ({Transport}) has ended: {Reason}.", EventName = "ConnectionEnded")]
    private partial void LogEnded(string connection, string transport, string reason);

    [LoggerMessage(2, LogLevel.Debug, "Connection {Connection} ({Transport}) has begun, from {Address}.", EventName = "ConnectionBegan")]
    private partial void LogBegan(string connection, string transport, AddressKey address);

    [LoggerMessage(3, LogLevel.Debug, "A connection ({Transport}) is refused: {Reason}.", EventName = "ConnectionRefused")]
    private partial void LogRefused(string transport, string reason);
}
