namespace Notify.Broker.AntiEntropy;

/// <summary>
/// Limits the data under way to another node, because a connection between nodes has no limit of its own. A probe follows the data and is
/// acknowledged when everything before it was delivered or lost. A node that does not acknowledge a probe in time, or has too much
/// unacknowledged data, is behind and receives no deliveries until it catches up. Pure except for its lock: time is an argument, in
/// milliseconds of a monotonic clock.
/// </summary>
/// <param name="maxBytes">The limit of unacknowledged bytes.</param>
/// <param name="maxAge">How long an acknowledgement may take, in milliseconds.</param>
public sealed class PeerAccount(long maxBytes, long maxAge)
{
    private readonly Lock _lock = new();
    private long _charged;
    private long _probed;
    private long _reached;
    private long? _probedAt;
    private bool _isBehind;

    /// <summary>Gets whether the node is behind and receives no deliveries.</summary>
    public bool IsBehind => Volatile.Read(ref _isBehind);

    /// <summary>Gets all bytes that were ever charged.</summary>
    public long Charged
    {
        get
        {
            lock (_lock)
            {
                return _charged;
            }
        }
    }

    /// <summary>Gets the unacknowledged bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _charged - _reached;
            }
        }
    }

    /// <summary>Charges a delivery. Returns false when the node is behind.</summary>
    public bool TryCharge(int bytes)
    {
        lock (_lock)
        {
            if (_isBehind)
            {
                return false;
            }

            _charged += bytes;
            _isBehind = _charged - _reached > maxBytes;
            return true;
        }
    }

    /// <summary>Returns the next probe; null when nothing was delivered since the last one. Call it a few times a second.</summary>
    public long? NextProbe(long now)
    {
        lock (_lock)
        {
            if (_reached == _charged)
            {
                return null;
            }

            // The next probe also covers one that was lost. The age counts from the first unacknowledged probe.
            _probedAt ??= now;
            _probed = _charged;
            _isBehind |= now - _probedAt > maxAge;
            return _probed;
        }
    }

    /// <summary>Handles an acknowledgement: everything before the probe was delivered or lost.</summary>
    /// <returns>How long it took, from the first probe that was not acknowledged; null for one that was acknowledged before.</returns>
    public long? Acknowledge(long mark, long now)
    {
        lock (_lock)
        {
            if (mark <= _reached || mark > _probed)
            {
                return null;
            }

            var took = now - _probedAt;
            _reached = mark;
            _probedAt = null;
            _isBehind = _charged - _reached > maxBytes / 2;
            return took;
        }
    }
}
