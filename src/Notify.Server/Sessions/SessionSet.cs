using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Notify.Broker;
using Notify.Server.Limits;

namespace Notify.Server.Sessions;

/// <summary>
/// Holds the open sessions of a server, each of which counts as a connection of the node. It runs the clock's ticks for them, and ends them
/// in turn when the server shuts down.
/// </summary>
/// <param name="limits">Counts the connections.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log for failures.</param>
internal sealed partial class SessionSet<TSession>(ConnectionLimits limits, TimeProvider time, ILogger logger)
    where TSession : class, IClientSession
{
    private readonly ConcurrentDictionary<string, TSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>Gets the number of sessions.</summary>
    public int Count => _sessions.Count;

    public void Add(TSession session) => _sessions[session.Id] = session;

    /// <summary>
    /// Removes a session and releases its connection. Returns false when it was already removed, because an end may be noticed more than
    /// once.
    /// </summary>
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

    /// <summary>Returns whether a condition holds for any session.</summary>
    public bool Any(Func<TSession, bool> condition)
    {
        foreach (var entry in _sessions)
        {
            if (condition(entry.Value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Runs one tick for each session.</summary>
    public void Tick(long now)
    {
        // One delegate for all sessions, because there may be tens of thousands at each tick.
        Action<TSession> turn = session => session.Tick(now);
        foreach (var entry in _sessions)
        {
            Guard(entry.Value, turn);
        }
    }

    /// <summary>Runs one session's tick. A session that fails is ended, so that it does not stop the clock of all others.</summary>
    public void Guard(TSession session, Action<TSession> turn)
    {
        try
        {
            turn(session);
        }
#pragma warning disable CA1031 // Logged with its stack trace; the session is ended.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogTickFailed(exception, session.Id);
            Remove(session);
            session.Connection.Tell(PoisonPill.Instance);
        }
    }

    /// <summary>Ends all sessions in an unpredictable order, evenly spread over a window of time.</summary>
    public async Task DrainAsync(TimeSpan window, Action<TSession> end)
    {
        var sessions = _sessions.Values.ToArray();
        Random.Shared.Shuffle(sessions);
        var began = time.GetMilliseconds();
        for (var i = 0; i < sessions.Length; i++)
        {
            // The clock is read once: between two reads the time may pass, and a negative delay is refused or lasts for ever.
            var wait = began + (long)(window.TotalMilliseconds * i / sessions.Length) - time.GetMilliseconds();
            if (wait > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(wait), time);
            }

            end(sessions[i]);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The clock of session {Session} failed; the session is ended.", EventName = "TickFailed")]
    private partial void LogTickFailed(Exception exception, string session);
}
