using Notify.Protocol;

namespace Notify.Broker.Connections;

/// <summary>
/// Sees the messages of one connection before they are queued, in the order of the wire. <see cref="SendQueue"/> calls it under its lock,
/// so it must be short and must not call back.
/// </summary>
public abstract class SendInterceptor
{
    /// <summary>Returns the message to queue, or null to buffer it. A buffered message stays charged to the queue.</summary>
    protected internal abstract WireMessage? Intercept(WireMessage message);

    /// <summary>Returns the buffered messages and buffers no more.</summary>
    protected internal abstract IReadOnlyCollection<WireMessage> TakeBuffered();
}
