using Notify.Broker.Metrics;
using Notify.Broker.Tracing;

namespace Notify.Broker.Connections;

/// <summary>Holds the stamp of the message that is written next, in little memory, because every connection has one.</summary>
internal struct PendingStamp
{
    // 0 for none; negative for one that was received from another node.
    private long _at;
    private TraceContext? _trace;

    /// <summary>Sets the stamp. Returns false when there is one.</summary>
    public bool TrySet(DeliveryStamp stamp)
    {
        if (_at != 0)
        {
            return false;
        }

        _at = stamp.IsReceived ? -stamp.At : stamp.At;
        _trace = stamp.Trace;
        return true;
    }

    /// <summary>Removes and returns the stamp.</summary>
    public DeliveryStamp Take()
    {
        var stamp = new DeliveryStamp(Math.Abs(_at), _at < 0, _trace);
        this = default;
        return stamp;
    }
}
