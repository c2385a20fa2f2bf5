using System.Collections.Concurrent;
using Akka.Actor;
using Notify.Broker;
using Notify.Broker.Connections;
using Notify.Protocol.EngineIo;
using Notify.Server.Limits;
using Notify.Server.WebSockets;

namespace Notify.Server.EngineIo;

/// <summary>The sessions of one mounted Engine.IO server, and the one clock of all of them.</summary>
public sealed partial class EngineServer : IAsyncDisposable
{
    // The reference ends a waiting poll this often while an upgrade is under way; once would leave a late one waiting.
    private static readonly TimeSpan UpgradeTick = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, EngineSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<EngineSession, byte> _upgrades = new();
    private readonly ConnectionFactory _connections;
    private readonly SocketIds _ids;
    private readonly BrokerMetrics _metrics;
    private readonly ConnectionLimits _limits;
    private readonly Func<EngineSession, HttpContext, IEngineHandler> _createHandler;
    private readonly ILogger<EngineServer> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _clock;

    /// <summary>Starts the clock.</summary>
    /// <param name="options">How the server is mounted.</param>
    /// <param name="connections">Opens the actors of sessions.</param>
    /// <param name="ids">Names sessions.</param>
    /// <param name="metrics">Counts sessions that the broker ended, and those that are made to wait.</param>
    /// <param name="limits">The places for connections.</param>
    /// <param name="createHandler">The application.</param>
    /// <param name="logger">Where failures go.</param>
    public EngineServer(
        EngineIoOptions options,
        ConnectionFactory connections,
        SocketIds ids,
        BrokerMetrics metrics,
        ConnectionLimits limits,
        Func<EngineSession, HttpContext, IEngineHandler> createHandler,
        ILogger<EngineServer> logger)
    {
        Options = options;
        _connections = connections;
        _ids = ids;
        _metrics = metrics;
        _limits = limits;
        _createHandler = createHandler;
        _logger = logger;
        PingInterval = (long)options.PingInterval.TotalMilliseconds;
        PingTimeout = (long)options.PingTimeout.TotalMilliseconds;
        _clock = RunClockAsync();
    }

    /// <summary>How it is mounted.</summary>
    public EngineIoOptions Options { get; }

    /// <summary>How many sessions are open.</summary>
    public int Count => _sessions.Count;

    internal static long Now => MonotonicClock.Now;

    internal long PingInterval { get; }

    internal long PingTimeout { get; }

    /// <summary>Whether new sessions are refused because the server is leaving.</summary>
    internal bool IsDraining { get; private set; }

    /// <summary>
    /// Ends all sessions, spread evenly over <paramref name="window"/> so that the clients do not all come back at once, and refuses
    /// new ones. Each is ended by its transport alone: stock clients come back from that, and from nothing else.
    /// </summary>
    public async Task DrainAsync(TimeSpan window)
    {
        IsDraining = true;
        var sessions = _sessions.Values.ToArray();
        Random.Shared.Shuffle(sessions);
        var began = Now;
        for (var i = 0; i < sessions.Length; i++)
        {
            var due = began + (long)(window.TotalMilliseconds * i / sessions.Length);
            if (due > Now)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(due - Now));
            }

            _metrics.Ended(nameof(EndReason.Draining));
            sessions[i].Close();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _clock;
        _stopping.Dispose();
    }

    internal EngineSession? Find(string id)
    {
        if (!_sessions.TryGetValue(id, out var session))
        {
            return null;
        }

        // The clock may be a step behind; a session whose time is up is over for whoever asks.
        session.Tick(Now);
        return session.IsGone ? null : session;
    }

    /// <summary>Begins a handshake; null when there is no place for another connection.</summary>
    internal ConnectionHandshake? TryBegin() => _limits.TryBegin();

    internal async Task<EngineSession> OpenAsync(
        HttpContext context, EngineRequest request, EngineRevision revision, SocketTransport? socket, ConnectionHandshake handshake)
    {
        var session = new EngineSession(this, _ids.Next(), request, revision, socket);
        var connection = await _connections.OpenAsync(session.Outbox);
        if (session.Open(connection, _createHandler(session, context)))
        {
            // From now on its place is given back when it is removed.
            handshake.Keep();
        }

        if (IsDraining)
        {
            // It may have come too late to be among those that are told one by one.
            session.Close();
        }

        return session;
    }

    internal void Add(EngineSession session) => _sessions[session.Id] = session;

    internal void Remove(EngineSession session)
    {
        if (_sessions.TryRemove(session.Id, out _))
        {
            _limits.Leave();
        }
    }

    internal void AddUpgrade(EngineSession session) => _upgrades.TryAdd(session, 0);

    internal void RemoveUpgrade(EngineSession session) => _upgrades.TryRemove(session, out _);

    /// <summary>A session is not read from for a while.</summary>
    internal void Throttled(string limit) => _metrics.Throttled(limit);

    internal void Ended(EngineSession session, EndReason reason)
    {
        _metrics.Ended(reason.ToString());
        LogEnded(session.Id, reason);
    }

    private async Task RunClockAsync()
    {
        var shortest = Math.Min(PingInterval, PingTimeout);
        var tick = TimeSpan.FromMilliseconds(Math.Clamp(shortest / 40.0, 5, UpgradeTick.TotalMilliseconds));

        // Sessions with long intervals are looked at once a second; only upgrades need the short step.
        var look = (long)Math.Clamp(shortest / 40.0, 5, 1000);
        var lookAt = 0L;
        var upgradesAt = 0L;
        using var timer = new PeriodicTimer(tick);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                var now = Now;
                if (now >= lookAt)
                {
                    lookAt = now + look;
                    foreach (var entry in _sessions)
                    {
                        Guard(entry.Value, session => session.Tick(now));
                    }
                }

                if (now >= upgradesAt)
                {
                    upgradesAt = now + (long)UpgradeTick.TotalMilliseconds;
                    foreach (var entry in _upgrades)
                    {
                        Guard(entry.Key, session => session.TickUpgrade(now));
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    // One session that fails must not stop the clock of all others.
    private void Guard(EngineSession session, Action<EngineSession> turn)
    {
        try
        {
            turn(session);
        }
#pragma warning disable CA1031 // Logged with its stack; the session is ended.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogTickFailed(exception, session.Id);
            Remove(session);
            session.Connection.Tell(PoisonPill.Instance);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Session {Session} is ended: {Reason}.", EventName = "SessionEnded")]
    private partial void LogEnded(string session, EndReason reason);

    [LoggerMessage(2, LogLevel.Error, "The clock of session {Session} failed; the session is ended.", EventName = "TickFailed")]
    private partial void LogTickFailed(Exception exception, string session);
}
