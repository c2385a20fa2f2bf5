using Notify.Protocol.EngineIo;

namespace Notify.Server.EngineIo;

/// <summary>
/// Tracks the heartbeat of a session and its timeouts, in milliseconds of the common clock. In revision 4 the server pings, in revision 3
/// the client. Changes need the session's lock; only <see cref="IsDue"/> may be called without it.
/// </summary>
/// <param name="revision">The session's revision.</param>
/// <param name="interval">The time between pings.</param>
/// <param name="timeout">How long the response may take.</param>
internal struct Heartbeat(EngineRevision revision, long interval, long timeout)
{
    private long _askAt = long.MaxValue;
    private long _deadline = long.MaxValue;
    private long _excusedUntil;

    /// <summary>Returns whether a ping or a timeout is due.</summary>
    public readonly bool IsDue(long now) => now >= Volatile.Read(in _askAt) || now >= Volatile.Read(in _deadline);

    /// <summary>Returns whether the client has been silent for too long.</summary>
    public readonly bool IsOver(long now) => now >= _deadline && now >= _excusedUntil;

    /// <summary>Starts the heartbeat of a new session or after a change of transport.</summary>
    public void Begin(long now)
    {
        if (revision == EngineRevision.V4)
        {
            _askAt = now + interval;
            _deadline = long.MaxValue;
        }
        else
        {
            _deadline = now + interval + timeout;
        }
    }

    /// <summary>Records that the client sent something.</summary>
    public void Hear(long now)
    {
        if (revision == EngineRevision.V3)
        {
            _deadline = now + interval + timeout;
        }
        else if (_deadline != long.MaxValue)
        {
            _deadline = now + timeout;
        }
    }

    /// <summary>Excuses the client's silence while the server does not read from it. The timeout starts again at the given time.</summary>
    public void Excuse(long until) => _excusedUntil = until + timeout;

    /// <summary>Returns whether to ping the client now. The response is expected from then on.</summary>
    public bool TryAsk(long now)
    {
        if (now < _askAt)
        {
            return false;
        }

        // Counted from the time when the ping was due, unless the clock is so late that the client would have too little time to respond.
        _deadline = Math.Max(_askAt, now - (timeout / 2)) + timeout;
        _askAt = long.MaxValue;
        return true;
    }

    /// <summary>Stops pinging and waits only for the given deadline.</summary>
    public void EndAt(long deadline)
    {
        _askAt = long.MaxValue;
        _deadline = deadline;
        _excusedUntil = 0;
    }
}
