namespace Notify.Broker.AntiEntropy;

/// <summary>
/// What was told to another node and is not known to be delivered there. A connection between nodes has no bound, so this is it: a
/// mark that follows what was told comes back when all before it was delivered, or lost; a node that does not give it back in time, or
/// has too much before it, is behind, and is told nothing more until it is not. Pure but for its lock: time comes as an argument, in
/// milliseconds of a monotonic clock.
/// </summary>
/// <param name="maxBytes">How many bytes may be under way.</param>
/// <param name="maxAge">How long a mark may be under way, in milliseconds.</param>
public sealed class PeerAccount(long maxBytes, long maxAge)
{
    private readonly Lock _lock = new();
    private long _told;
    private long _marked;
    private long _reached;
    private long? _markedAt;
    private bool _isBehind;

    /// <summary>Whether nothing more may be told.</summary>
    public bool IsBehind => Volatile.Read(ref _isBehind);

    /// <summary>What is under way, in bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _told - _reached;
            }
        }
    }

    /// <summary>Charges what is about to be told. False when the node is behind.</summary>
    public bool TryCharge(int bytes)
    {
        lock (_lock)
        {
            if (_isBehind)
            {
                return false;
            }

            _told += bytes;
            _isBehind = _told - _reached > maxBytes;
            return true;
        }
    }

    /// <summary>The mark to be sent now; null when nothing was told since the last one. To be asked a few times a second.</summary>
    public long? NextProbe(long now)
    {
        lock (_lock)
        {
            if (_reached == _told)
            {
                return null;
            }

            // One that was lost is sent again with the next; the age counts from the first that has not come back.
            _markedAt ??= now;
            _marked = _told;
            _isBehind |= now - _markedAt > maxAge;
            return _marked;
        }
    }

    /// <summary>A mark came back: everything before it was delivered, or lost.</summary>
    public void Acknowledge(long mark)
    {
        lock (_lock)
        {
            if (mark <= _reached || mark > _marked)
            {
                return;
            }

            _reached = mark;
            _markedAt = null;
            _isBehind = _told - _reached > maxBytes / 2;
        }
    }
}
