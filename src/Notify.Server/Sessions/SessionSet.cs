using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server.Sessions;

/// <summary>
/// The open sessions of a server, each with a place among the node's connections: given their turns of the clock, and ended one by one
/// when the server leaves.
/// </summary>
/// <param name="limits">Gets back the place of each session that is removed.</param>
/// <param name="logger">Where failures go.</param>
internal sealed partial class SessionSet<TSession>(ConnectionLimits limits, ILogger logger)
    where TSession : class, IClientSession
{
    private readonly ConcurrentDictionary<string, TSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _sessions.Count;

    public void Add(TSession session) => _sessions[session.Id] = session;

    /// <summary>Forgets a session and gives its place back. False when it is not there, or no longer: ends may be noticed more than once.</summary>
    public bool Remove(TSession session)
    {
        if (!_sessions.TryRemove(session.Id, out _))
        {
            return false;
        }

        limits.Leave(session.Address);
        return true;
    }

    public bool TryFind(string id, [NotNullWhen(true)] out TSession? session) => _sessions.TryGetValue(id, out session);

    /// <summary>Gives each session its turn.</summary>
    public void Tick(long now)
    {
        // One delegate for all: this runs through tens of thousands, again and again.
        Action<TSession> turn = session => session.Tick(now);
        foreach (var entry in _sessions)
        {
            Guard(entry.Value, turn);
        }
    }

    /// <summary>Does one session's turn. One that fails is ended, and must not stop the clock of all others.</summary>
    public void Guard(TSession session, Action<TSession> turn)
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

    /// <summary>Ends all sessions, in no order that a client could foresee, spread evenly over a window of time.</summary>
    public async Task DrainAsync(TimeSpan window, Action<TSession> end)
    {
        var sessions = _sessions.Values.ToArray();
        Random.Shared.Shuffle(sessions);
        var began = MonotonicClock.Now;
        for (var i = 0; i < sessions.Length; i++)
        {
            var due = began + (long)(window.TotalMilliseconds * i / sessions.Length);
            if (due > MonotonicClock.Now)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(due - MonotonicClock.Now));
            }

            end(sessions[i]);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The clock of session {Session} failed; the session is ended.", EventName = "TickFailed")]
    private partial void LogTickFailed(Exception exception, string session);
}
