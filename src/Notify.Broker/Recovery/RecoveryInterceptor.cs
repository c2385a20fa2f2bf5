using Notify.Broker.Connections;
using Notify.Protocol;
using Notify.Protocol.SocketIo;

namespace Notify.Broker.Recovery;

/// <summary>
/// Records in a <see cref="DeliveryLog"/> what is sent to one Socket.IO session. While a session is being recovered it also buffers the
/// notifications: the client receives them only after the answer that says whether the recovery succeeded.
/// </summary>
/// <param name="log">The session's log.</param>
/// <param name="isBuffering">Whether notifications are buffered until <see cref="SendQueue.ReleaseBuffered"/>.</param>
public sealed class RecoveryInterceptor(DeliveryLog log, bool isBuffering = false) : SendInterceptor
{
    private Queue<WireMessage>? _buffered = isBuffering ? new Queue<WireMessage>() : null;

    /// <inheritdoc />
    protected internal override WireMessage? Intercept(WireMessage message)
    {
        var recorded = log.Record(message);
        if (_buffered is null || recorded is not PositionedNotification)
        {
            return recorded;
        }

        _buffered.Enqueue(recorded);
        return null;
    }

    /// <inheritdoc />
    protected internal override IReadOnlyCollection<WireMessage> TakeBuffered()
    {
        var buffered = _buffered;
        _buffered = null;
        return buffered ?? (IReadOnlyCollection<WireMessage>)[];
    }
}
