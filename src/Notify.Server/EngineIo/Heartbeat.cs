using Notify.Protocol.EngineIo;

namespace Notify.Server.EngineIo;

/// <summary>
/// Whose turn the heartbeat is and when time is up, in milliseconds of the one clock. In revision 4 the server asks, in revision 3 the
/// client. Changed under the session's lock; only <see cref="IsDue"/> may be asked without it.
/// </summary>
/// <param name="revision">The session's revision.</param>
/// <param name="interval">How often is asked.</param>
/// <param name="timeout">How long the answer may take.</param>
internal struct Heartbeat(EngineRevision revision, long interval, long timeout)
{
    private long _askAt = long.MaxValue;
    private long _deadline = long.MaxValue;
    private long _excusedUntil;

    /// <summary>Whether there is something to do.</summary>
    public readonly bool IsDue(long now) => now >= Volatile.Read(in _askAt) || now >= Volatile.Read(in _deadline);

    /// <summary>Whether the client has said nothing for too long.</summary>
    public readonly bool IsOver(long now) => now >= _deadline && now >= _excusedUntil;

    /// <summary>The session begins, or goes on on another transport.</summary>
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

    /// <summary>The client said something, whatever it was.</summary>
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

    /// <summary>The client is not listened to until then, and so has its time from then on to be heard.</summary>
    public void Excuse(long until) => _excusedUntil = until + timeout;

    /// <summary>Whether the client is to be asked now; from then on its answer is awaited.</summary>
    public bool TryAsk(long now)
    {
        if (now < _askAt)
        {
            return false;
        }

        // Counted from when the question was due, unless the clock is so late that the client would not have its time.
        _deadline = Math.Max(_askAt, now - (timeout / 2)) + timeout;
        _askAt = long.MaxValue;
        return true;
    }

    /// <summary>From now on only the end is awaited.</summary>
    public void EndAt(long deadline)
    {
        _askAt = long.MaxValue;
        _deadline = deadline;
        _excusedUntil = 0;
    }
}
